// An ear: asks of a recording that grows what has been heard in it, and what has not.
// @ts-check
import { isSilent, sounds, timeline } from './tone.mjs';
import { until } from './until.mjs';

/** @typedef {import('./tone.mjs').Window} Window */
/** @typedef {import('./wav.mjs').Sound} Sound */

const kWindowsPerSecond = 50;

export class Ear {
  #name;
  #recordings;
  /** Windows of each recording that earlier questions have consumed. */
  #heard = 0;

  /**
   * @param {string} name whose ear it is
   * @param {() => Sound[]} recordings all that was received so far, oldest first; only the end grows
   */
  constructor(name, recordings) {
    this.#name = name;
    this.#recordings = recordings;
  }

  /** @param {number[]} tones @returns {Window[]} */
  #windows(tones) {
    return this.#recordings().flatMap((sound) => timeline(sound, tones));
  }

  /** From here on: what was heard before is forgotten. */
  forget() {
    this.#heard = this.#windows([]).length;
  }

  /** What came since the last forget(). @param {number[]} tones */
  since(tones) {
    return this.#windows(tones).slice(this.#heard);
  }

  /**
   * Waits until the tone has been heard for a while, since the last forget().
   * @param {number} hz
   * @param {{seconds?: number, within?: number}} [options]
   */
  async hears(hz, { seconds = 0.4, within = 5000 } = {}) {
    await until(
      `${this.#name} hears ${hz} Hz`,
      () => this.since([hz]).filter((window) => sounds(window, hz)).length >= seconds * kWindowsPerSecond,
      { within, every: 50, otherwise: () => describe(this.since([hz]), hz) },
    );
  }

  /**
   * Waits until something other than these tones is heard: the music of somebody who is held.
   * @param {number[]} tones
   * @param {{seconds?: number, within?: number}} [options]
   */
  async hearsOtherThan(tones, { seconds = 0.4, within = 6000 } = {}) {
    await until(
      `${this.#name} hears something that is not ${tones.join(' or ')} Hz`,
      () => {
        const others = this.since(tones).filter((window) => !isSilent(window) && !tones.some((hz) => sounds(window, hz)));
        return others.length >= seconds * kWindowsPerSecond;
      },
      { within, every: 50, otherwise: () => describe(this.since(tones), ...tones) },
    );
  }

  /**
   * Since the last forget() there was no such tone, but for what was under way when it was forgotten.
   * @param {number} hz
   * @param {{grace?: number}} [options] seconds
   */
  assertNever(hz, { grace = 0.2 } = {}) {
    const heard = this.since([hz]).slice(grace * kWindowsPerSecond);
    const wrong = heard.filter((window) => sounds(window, hz));
    if (wrong.length > 0) {
      throw new Error(`${this.#name} should not hear ${hz} Hz, but does: ${describe(heard, hz)}`);
    }
  }
}

/** @param {Window[]} windows @param {...number} tones */
function describe(windows, ...tones) {
  const shares = tones.map((hz) => `${hz} Hz in ${windows.filter((window) => sounds(window, hz)).length}`);
  const silent = windows.filter(isSilent).length;
  return `${windows.length} windows of 40 ms heard, ${[...shares, `silence in ${silent}`].join(', ')}`;
}
