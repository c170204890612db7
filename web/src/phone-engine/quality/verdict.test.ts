import { describe, expect, it } from "vitest";
import { type Receiving, type Sample, type Sending, SILENCE_DB } from "./sampler";
import { type Circumstances, judge } from "./verdict";

const RECEIVING: Receiving = {
  packets: 50,
  lossPercent: 0,
  burstRatio: 1,
  jitterMs: 2,
  concealedPercent: 0,
  jitterBufferMs: 40,
  kbps: 64,
  delayMs: 70,
  mos: 4.4,
};
const SENDING: Sending = {
  kbps: 64,
  microphoneDb: -30,
  report: { lossPercent: 0, jitterMs: 2, delayMs: 70, mos: 4.4 },
};
const CALM: Circumstances = { muted: false, held: false };

function five(receiving: Partial<Receiving> = {}, sending: Partial<Sending> = {}, roundTripMs = 20): Sample[] {
  return Array.from({ length: 5 }, (_, i) => ({
    at: 1000 * i,
    receiving: { ...RECEIVING, ...receiving },
    sending: { ...SENDING, ...sending },
    roundTripMs,
  }));
}

const lossy = { lossPercent: 8, mos: 3.2 };
const report = { lossPercent: 9, jitterMs: 20, delayMs: 100, mos: 3 };

describe("the verdict", () => {
  it.each([
    ["good", five()],
    ["unknown", []],
    ["unknown", five().slice(0, 2)],
    ["nothing-arrives", five({ packets: 0, mos: undefined })],
    ["microphone-silent", five({}, { microphoneDb: SILENCE_DB })],
    ["receiving", five(lossy)],
    ["your-network-receiving", five({ ...lossy, upstreamLossPercent: 0 })],
    ["your-network-receiving", five({ ...lossy, upstreamLossPercent: 1 })],
    ["far-side", five({ ...lossy, upstreamLossPercent: 7 })],
    ["your-network-sending", five({}, { report })],
    ["your-network", five({ ...lossy, upstreamLossPercent: 0 }, { report })],
    ["far-side", five({ ...lossy, upstreamLossPercent: 8 }, { report })],
    ["delay", five({}, {}, 700)],
  ] as const)("is %s", (verdict, samples) => {
    expect(judge(samples, CALM)).toBe(verdict);
  });

  it("is withheld while somebody holds", () => {
    expect(judge(five({ packets: 0 }), { ...CALM, held: true })).toBe("unknown");
  });

  it("does not take a muted microphone for a broken one", () => {
    expect(judge(five({}, { microphoneDb: SILENCE_DB }), { ...CALM, muted: true })).toBe("good");
  });

  it("does not call one bad second trouble", () => {
    const samples = [...five().slice(0, 4), ...five({ lossPercent: 10, mos: 3.4 }).slice(0, 1)];
    expect(judge(samples, CALM)).toBe("good");
  });

  it("believes the server about the far leg", () => {
    const far = { toFar: { lossPercent: 12, jitterMs: 3 } };
    expect(judge(five(), { ...CALM, far })).toBe("far-side");
    expect(judge(five({}, {}, 400), { ...CALM, far: { roundTripMs: 300 } })).toBe("delay");
  });
});
