import { describe, expect, it } from "vitest";
import { burstRatio, codecImpairment, delayImpairment, lossImpairment, meanOpinionScore, rating } from "./e-model";

const clean = { codec: codecImpairment("PCMU"), delayMs: 0, lossPercent: 0 };

describe("the rating", () => {
  it("is that of G.107 table 2 for a clean call", () => {
    expect(rating(clean)).toBe(93.2);
    expect(meanOpinionScore(rating(clean))).toBeCloseTo(4.41, 2);
  });

  // G.107 annex B table B.1, and the default 93.2.
  it.each([
    [93.2, 4.41],
    [90, 4.34],
    [80, 4.03],
    [70, 3.6],
    [60, 3.1],
    [50, 2.58],
    [0, 1],
    [-5, 1],
    [100, 4.5],
    [120, 4.5],
  ])("R = %d is MOS %d", (r, mos) => {
    expect(Math.abs(meanOpinionScore(r) - mos)).toBeLessThan(0.01);
  });

  it("never gives less than the worst mark", () => {
    for (let r = 0; r <= 100; r += 0.5) expect(meanOpinionScore(r)).toBeGreaterThanOrEqual(1);
  });

  it("stays within its scale whatever is measured", () => {
    expect(rating({ ...clean, delayMs: 60_000, lossPercent: 100 })).toBe(0);
    expect(rating({ ...clean, lossPercent: -3 })).toBe(93.2);
  });
});

// The curve of G.114 (05/2003) figure 1, computed by equation 7-28.
it.each([
  [0, 0],
  [100, 0],
  [150, 0.16],
  [200, 3.04],
  [300, 14.73],
  [400, 24.2],
])("a delay of %d ms costs %d", (delay, cost) => {
  expect(Math.abs(delayImpairment(delay) - cost)).toBeLessThan(0.15);
});

describe("loss", () => {
  // G.107 equation 7-29 with the values of G.113 appendix I.
  it.each([
    ["PCMU", 0, 0],
    ["PCMA", 1, 3.64],
    ["pcmu", 5, 15.78],
    ["PCMA", 10, 27.07],
    ["opus", 2, 9.05],
    ["G722", 2, 15.83],
    ["something", 1, 17.92],
  ])("of %s, %d percent, costs %d", (codec, percent, cost) => {
    expect(Math.abs(lossImpairment(codecImpairment(codec), percent) - cost)).toBeLessThan(0.01);
  });

  it("in bursts costs more than the same at random", () => {
    const { codec } = clean;
    expect(lossImpairment(codec, 5, 4)).toBeGreaterThan(lossImpairment(codec, 5, 1));
    expect(lossImpairment(codec, 5, 0.5)).toBe(lossImpairment(codec, 5, 1));
  });

  it("at random has a burst ratio of one", () => {
    expect(burstRatio(10, 9, 100)).toBe(1);
    expect(burstRatio(0, 0, 100)).toBe(1);
    expect(burstRatio(100, 1, 100)).toBe(1);
  });

  it("of ten packets in a row is far from random", () => {
    expect(burstRatio(10, 1, 500)).toBeCloseTo(9.8);
  });
});
