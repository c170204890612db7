import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { addSample, NO_TOTALS, summarize } from "./call-quality";
import { FakeStats } from "./fake-stats";
import { type LiveQuality, QualityWatch } from "./quality-watch";
import type { Sample } from "./sampler";
import type { Circumstances } from "./verdict";

describe("a call in figures", () => {
  const second = (mos: number, lossPercent: number): Sample => ({
    at: 0,
    receiving: {
      codec: "opus",
      packets: 50,
      lossPercent,
      burstRatio: 1,
      jitterMs: 4,
      concealedPercent: 0,
      jitterBufferMs: 40,
      kbps: 32,
      delayMs: 70,
      mos,
    },
    roundTripMs: 10 * mos,
  });

  it("has the average and the worst", () => {
    const totals = addSample(addSample(NO_TOTALS, second(4, 0), "good"), second(2, 10), "good");
    expect(summarize(totals, { ringingMs: 80 })).toEqual({
      seconds: 2,
      codec: "opus",
      receiving: { averageMos: 3, worstMos: 2, lossPercent: 5, jitterMs: 4 },
      sending: undefined,
      roundTripMs: { average: 30, worst: 40 },
      trouble: undefined,
      setUp: { ringingMs: 80 },
    });
  });

  it("names the trouble that lasted longest, and none that was short", () => {
    let totals = NO_TOTALS;
    for (let i = 0; i < 9; i++) totals = addSample(totals, second(4, 0), "good");
    for (let i = 0; i < 2; i++) totals = addSample(totals, second(3, 9), "receiving");
    expect(summarize(totals, {}).trouble).toBeUndefined();
    for (let i = 0; i < 4; i++) totals = addSample(totals, second(3, 9), "far-side");
    expect(summarize(totals, {}).trouble).toBe("far-side");
  });
});

describe("watching a call", () => {
  const stats = new FakeStats();
  const told: LiveQuality[] = [];
  let circumstances: Circumstances;
  let watch: QualityWatch;

  beforeEach(() => {
    vi.useFakeTimers();
    told.length = 0;
    circumstances = { muted: false, held: false };
  });
  afterEach(() => watch.stop());

  const begin = (getStats: () => Promise<Map<string, unknown>>) => {
    watch = new QualityWatch(
      { getStats },
      () => circumstances,
      (quality) => told.push(quality),
    );
  };
  const seconds = (count: number) => vi.advanceTimersByTimeAsync(1000 * count);
  const moving = async () => {
    stats.pass();
    return new Map(stats.all().map((stat) => [stat.id, stat]));
  };

  it("tells how it sounds every second, and the course of the last minute", async () => {
    begin(moving);
    await seconds(5);
    expect(told).toHaveLength(4);
    expect(told.at(-1)).toMatchObject({ verdict: "good", roundTripMs: 50 });
    await seconds(80);
    expect(told.at(-1)?.course).toHaveLength(60);
  });

  it("asks how the call stands each time", async () => {
    begin(moving);
    circumstances = { muted: false, held: true };
    await seconds(5);
    expect(told.at(-1)?.verdict).toBe("unknown");
  });

  it("sums the call up, with the time it took to set it up", async () => {
    const marks: Record<string, number> = { "webcalling:call-clicked": 1000, "webcalling:ringing": 1080 };
    vi.spyOn(performance, "getEntriesByName").mockImplementation((name) =>
      name in marks ? [{ startTime: marks[name] } as PerformanceEntry] : [],
    );
    begin(moving);
    await seconds(4);
    expect(watch.stop()).toMatchObject({ seconds: 3, codec: "PCMU", setUp: { ringingMs: 80, soundMs: undefined } });
    await seconds(3);
    expect(told).toHaveLength(3);
  });

  it("is not disturbed by a connection that is closed, or slow", async () => {
    begin(() => Promise.reject(new Error("closed")));
    await seconds(3);
    expect(watch.stop()).toBeUndefined();
    const getStats = vi.fn(() => new Promise<Map<string, unknown>>(() => {}));
    begin(getStats);
    await seconds(5);
    expect(getStats).toHaveBeenCalledTimes(1);
  });
});
