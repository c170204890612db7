// An ear: asks of a recording that grows what has been heard in it, and what has not.
// @ts-check
import { isSilent, sounds, timeline, windowCount } from './tone.mjs';
import { until } from './until.mjs';

/** @typedef {import('./tone.mjs').Window} Window */
/** @typedef {import('./wav.mjs').Sound} Sound */

const kWindowsPerSecond = 50;

export class Ear {
  #name;
  #recordings;
  /** Windows that earlier questions have consumed. */
  #forgotten = 0;

  /**
   * @param {string} name whose ear it is
   * @param {() => Sound[] | Promise<Sound[]>} recordings all that was received so far, oldest first; only the end grows
   */
  constructor(name, recordings) {
    this.#name = name;
    this.#recordings = recordings;
  }

  /** From here on: what was heard before is forgotten. */
  async forget() {
    this.#forgotten = (await this.#recordings()).reduce((sum, sound) => sum + windowCount(sound), 0);
  }

  /** What came since the last forget(); what is forgotten costs nothing. @param {number[]} tones @returns {Promise<Window[]>} */
  async since(tones) {
    let skip = this.#forgotten;
    return (await this.#recordings()).flatMap((sound) => {
      const skipped = Math.min(skip, windowCount(sound));
      skip -= skipped;
      return timeline(sound, tones, skipped);
    });
  }

  /**
   * Waits until enough windows are as described, since the last forget().
   * @param {string} what
   * @param {number[]} tones
   * @param {(window: Window) => boolean} matches
   * @param {{seconds: number, within: number}} options
   */
  async #until(what, tones, matches, { seconds, within }) {
    let windows = /** @type {Window[]} */ ([]);
    await until(
      `${this.#name} ${what}`,
      async () => {
        windows = await this.since(tones);
        return windows.filter(matches).length >= seconds * kWindowsPerSecond;
      },
      { within, every: 50, otherwise: () => describe(windows, ...tones) },
    );
  }

  /**
   * Waits until the tone has been heard for a while.
   * @param {number} hz
   * @param {{seconds?: number, within?: number, share?: number}} [options] share: of the power of all that is heard, for a
   *   mix of voices of which one is softer
   */
  async hears(hz, { seconds = 0.4, within = 5000, share } = {}) {
    await this.#until(`hears ${hz} Hz`, [hz], (window) => sounds(window, hz, share), { seconds, within });
  }

  /**
   * Waits until something other than these tones is heard: ringback, or the music of somebody who is held.
   * @param {number[]} tones
   * @param {{seconds?: number, within?: number}} [options]
   */
  async hearsOtherThan(tones, { seconds = 0.4, within = 6000 } = {}) {
    const other = (/** @type {Window} */ window) => !isSilent(window) && !tones.some((hz) => sounds(window, hz));
    await this.#until(`hears something that is not ${tones.join(' or ')} Hz`, tones, other, { seconds, within });
  }

  /** Waits until so much has come, of whatever sort: the time in which something must not be heard. @param {number} seconds */
  async listensFor(seconds) {
    await this.#until(`receives ${seconds} s of sound or silence`, [], () => true, { seconds, within: 5000 + 1000 * seconds });
  }

  /**
   * Since the last forget() there was no such tone, but for what was under way when it was forgotten.
   * @param {number} hz
   * @param {{grace?: number}} [options] seconds
   */
  async assertNever(hz, { grace = 0.2 } = {}) {
    const heard = (await this.since([hz])).slice(grace * kWindowsPerSecond);
    if (heard.some((window) => sounds(window, hz))) {
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
