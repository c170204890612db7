// Which tone is in a sound: audio is proved by its content, never by packet counts.
// @ts-check

const kWindowSeconds = 0.04;
/** A window quieter than this is silence (-50 dBFS): comfort noise and codec noise lie below. */
const kSilence = 0.003;
/** The share of a window's power that a tone must have to count as heard; one that shares the window with another still counts. */
const kShare = 0.25;

/** @typedef {{at: number, level: number, share: Record<number, number>}} Window `at` in seconds, `level` as RMS from 0 to 1 */

/** @param {Float32Array} samples */
export function rms(samples) {
  let power = 0;
  for (const sample of samples) power += sample * sample;
  return Math.sqrt(power / Math.max(1, samples.length));
}

/**
 * Goertzel: the share of the power of `samples` that lies at `hz`, from 0 to 1.
 * @param {Float32Array} samples
 * @param {number} rate
 * @param {number} hz
 */
export function shareAt(samples, rate, hz) {
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / rate);
  let power = 0;
  let before = 0;
  let last = 0;
  for (const sample of samples) {
    power += sample * sample;
    const next = sample + coefficient * last - before;
    before = last;
    last = next;
  }
  if (power === 0) return 0;
  const magnitude = last * last + before * before - coefficient * last * before;
  return Math.min(1, (2 * magnitude) / (samples.length * power));
}

/** How many windows timeline() makes of a sound. @param {import('./wav.mjs').Sound} sound */
export function windowCount({ rate, samples }) {
  const size = Math.round(rate * kWindowSeconds);
  return samples.length < size ? 0 : 1 + Math.floor((samples.length - size) / (size / 2));
}

/**
 * @param {import('./wav.mjs').Sound} sound
 * @param {number[]} tones
 * @param {number} [skip] so many windows at the beginning
 * @returns {Window[]}
 */
export function timeline({ rate, samples }, tones, skip = 0) {
  const size = Math.round(rate * kWindowSeconds);
  const windows = [];
  for (let start = (skip * size) / 2; start + size <= samples.length; start += size / 2) {
    const part = samples.subarray(start, start + size);
    /** @type {Record<number, number>} */
    const share = {};
    for (const hz of tones) share[hz] = shareAt(part, rate, hz);
    windows.push({ at: start / rate, level: rms(part), share });
  }
  return windows;
}

/** @param {Window} window @param {number} hz @param {number} [share] of the window's power */
export function sounds(window, hz, share = kShare) {
  return window.level > kSilence && window.share[hz] >= share;
}

/** @param {Window} window */
export function isSilent(window) {
  return window.level <= kSilence;
}

/**
 * @param {import('./wav.mjs').Sound} sound
 * @param {number} hz
 * @param {{seconds?: number}} [options] how much of it there must be, in all
 */
export function hasTone(sound, hz, { seconds = 0.3 } = {}) {
  const heard = timeline(sound, [hz]).filter((window) => sounds(window, hz)).length;
  return heard * (kWindowSeconds / 2) >= seconds;
}

/** @param {import('./wav.mjs').Sound} sound @param {number} seconds the end of the sound */
export function tail(sound, seconds) {
  return { rate: sound.rate, samples: sound.samples.subarray(Math.max(0, sound.samples.length - Math.round(sound.rate * seconds))) };
}
