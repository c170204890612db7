import { describe, expect, it } from "vitest";
import { Ballistics, decibels, toLevel } from "./level-meter";

const sine = (peak: number) => Float32Array.from({ length: 960 }, (_, i) => peak * Math.sin((2 * Math.PI * i) / 96));

describe("a level", () => {
  it.each([
    [1, -3.01],
    [0.1, -23.01],
    [0.001, -63.01],
  ])("of a sine with the peak %d is %d dB", (peak, db) => {
    expect(decibels(sine(peak))).toBeCloseTo(db, 1);
  });

  it("of silence has no end", () => {
    expect(decibels(new Float32Array(10))).toBe(Number.NEGATIVE_INFINITY);
    expect(decibels(new Float32Array(0))).toBe(Number.NEGATIVE_INFINITY);
  });

  it.each([
    [0, 1],
    [6, 1],
    [-30, 0.5],
    [-60, 0],
    [Number.NEGATIVE_INFINITY, 0],
  ])("of %d dB fills %d of the meter", (db, level) => {
    expect(toLevel(db)).toBe(level);
  });
});

it("rises at once and falls slowly", () => {
  const ballistics = new Ballistics();
  expect(ballistics.follow(0.8, 1000)).toBe(0.8);
  expect(ballistics.follow(0, 1070)).toBeCloseTo(0.7);
  expect(ballistics.follow(0.75, 1080)).toBe(0.75);
  expect(ballistics.follow(0, 9000)).toBe(0);
});
