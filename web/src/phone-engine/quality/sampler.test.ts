import { describe, expect, it } from "vitest";
import { FakeStats } from "./fake-stats";
import { NEW_SAMPLER, type Sample, type Sampler, takeSample } from "./sampler";
import type { Stat } from "./stats";

function samplesOf(stats: FakeStats, seconds: number, second: Parameters<FakeStats["pass"]>[0] = {}): Sample[] {
  let sampler: Sampler = takeSample(NEW_SAMPLER, stats.all()).sampler;
  const samples: Sample[] = [];
  for (let i = 0; i < seconds; i++) {
    stats.pass(second);
    const taken = takeSample(sampler, stats.all());
    sampler = taken.sampler;
    if (taken.sample) samples.push(taken.sample);
  }
  return samples;
}

const last = (samples: Sample[]) => samples.at(-1) as Sample;

it("needs two looks for a sample", () => {
  const stats = new FakeStats();
  stats.pass();
  const first = takeSample(NEW_SAMPLER, stats.all());
  expect(first.sample).toBeUndefined();
  expect(takeSample(first.sampler, []).sample).toBeUndefined();
});

it("measures a second that is as it should be", () => {
  const { receiving, sending, roundTripMs } = last(samplesOf(new FakeStats(), 2));
  expect(receiving).toMatchObject({
    codec: "PCMU",
    packets: 50,
    lossPercent: 0,
    jitterMs: 3,
    concealedPercent: 0,
    kbps: 64,
  });
  expect(receiving?.jitterBufferMs).toBeCloseTo(60);
  // Half the round trip of the connectivity check, the jitter buffer, and a packet.
  expect(roundTripMs).toBe(50);
  expect(receiving?.delayMs).toBeCloseTo(105);
  expect(receiving?.mos).toBeCloseTo(4.41, 2);
  expect(sending).toMatchObject({ kbps: 64, report: undefined });
  expect(sending?.microphoneDb).toBeCloseTo(-20);
});

it("counts what is lost in this second, and what the browser makes up for it", () => {
  const { receiving } = last(samplesOf(new FakeStats(), 3, { lostAfter: 5 }));
  expect(receiving?.lossPercent).toBe(10);
  expect(receiving?.concealedPercent).toBe(10);
  // Ie,eff of G.711 at 10 % is 27.07 (e-model.test.ts): R = 66.1.
  expect(receiving?.mos).toBeCloseTo(3.4, 1);
});

it("has no mark for a second in which nothing came", () => {
  const { receiving } = last(samplesOf(new FakeStats(), 2, { silence: true }));
  expect(receiving).toMatchObject({ packets: 0, lossPercent: 0, mos: undefined });
});

it("takes the server's report for what we send", () => {
  const stats = new FakeStats();
  stats.fractionLost = 0.125;
  stats.remoteJitter = 0.05;
  const { sending, roundTripMs } = last(samplesOf(stats, 5));
  expect(roundTripMs).toBe(20);
  expect(sending?.report).toMatchObject({ lossPercent: 12.5, jitterMs: 50, delayMs: 10 + 20 + 100 });
  expect(sending?.report?.mos).toBeLessThan(3.4);
});

it("hears that the microphone is digitally silent", () => {
  expect(last(samplesOf(new FakeStats(), 2, { level: 0 })).sending?.microphoneDb).toBe(-100);
});

describe("loss before the server", () => {
  it("is unknown before two reports have come, then what the server did not send", () => {
    const samples = samplesOf(new FakeStats(), 10, { lostBefore: 5 });
    expect(samples[7]?.receiving?.upstreamLossPercent).toBeUndefined();
    expect(last(samples).receiving?.upstreamLossPercent).toBeCloseTo(10);
  });

  it("is none if the server sent it all", () => {
    const samples = samplesOf(new FakeStats(), 10, { lostAfter: 5 });
    expect(last(samples).receiving?.upstreamLossPercent).toBe(0);
  });

  it("begins anew with another stream", () => {
    const stats = new FakeStats();
    stats.pass();
    const other = (all: Stat[]) => all.map((stat) => (stat.id === "I" ? { ...stat, id: "J" } : stat));
    const { sampler } = takeSample(takeSample(NEW_SAMPLER, stats.all()).sampler, stats.all());
    stats.pass();
    const taken = takeSample(sampler, other(stats.all()));
    expect(taken.sampler.upstream).toEqual({ look: { id: "J", at: expect.any(Number), expected: 100 } });
    expect(taken.sample?.receiving).toBeUndefined();
  });
});

it("bears nonsense", () => {
  const stats = new FakeStats();
  const { sampler } = takeSample(NEW_SAMPLER, stats.all());
  const nonsense = stats
    .all()
    .map((stat) => ({ ...stat, packetsReceived: "many", packetsLost: -7, jitter: Number.NaN }));
  const { sample } = takeSample(sampler, nonsense);
  expect(sample?.receiving).toMatchObject({ packets: 0, lossPercent: 0, jitterMs: 0, kbps: 0 });
});
