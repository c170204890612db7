// Waiting without sleeping: everything a test waits for has a name and a deadline.
// @ts-check
import { setTimeout as pause } from 'node:timers/promises';

/** Every deadline is so many times as long: for a server that a sanitizer makes slow. */
export const kPatience = Number(process.env.WEBCALLING_PATIENCE ?? 1);

/**
 * Asks `probe` again and again until it answers something truthy, and returns that answer.
 * @template T
 * @param {string} what said in the error when the deadline passes, e.g. '1001 hears 440 Hz'
 * @param {() => T | Promise<T>} probe
 * @param {{within?: number, every?: number, otherwise?: () => string}} [options] milliseconds; `otherwise` describes what was seen instead
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(what, probe, { within = 5000, every = 15, otherwise } = {}) {
  const deadline = performance.now() + within * kPatience;
  for (;;) {
    const answer = await probe();
    if (answer) return answer;
    if (performance.now() >= deadline) {
      throw new Error(`${what}: not within ${within * kPatience} ms${otherwise ? `; instead: ${otherwise()}` : ''}`);
    }
    await pause(every);
  }
}

/**
 * A promise with a deadline.
 * @template T
 * @param {string} what
 * @param {Promise<T>} promise
 * @param {number} within milliseconds
 * @returns {Promise<T>}
 */
export async function within(what, promise, within) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const deadline = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${within * kPatience} ms`)), within * kPatience);
  });
  try {
    return await /** @type {Promise<T>} */ (Promise.race([promise, deadline]));
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Things that happened, in order. A wait takes the first match that no earlier wait has taken, so that an event that came
 * before somebody waited for it is not lost, and one event does not serve two waits.
 * @template E
 */
export class Events {
  /** @type {{event: E, taken: boolean}[]} */
  #entries = [];
  #name;

  /** @param {string} name whose events these are */
  constructor(name) {
    this.#name = name;
  }

  /** @param {E} event */
  add(event) {
    this.#entries.push({ event, taken: false });
  }

  /** @returns {E[]} */
  get all() {
    return this.#entries.map((entry) => entry.event);
  }

  /**
   * @param {string} what
   * @param {(event: E) => boolean} matches
   * @param {number} [within]
   * @returns {Promise<E>}
   */
  async take(what, matches, within = 5000) {
    const entry = await until(
      `${this.#name}: ${what}`,
      () => this.#entries.find((candidate) => !candidate.taken && matches(candidate.event)),
      { within, otherwise: () => JSON.stringify(this.all.slice(-6)) },
    );
    entry.taken = true;
    return entry.event;
  }

  /** @param {(event: E) => boolean} matches */
  some(matches) {
    return this.all.some(matches);
  }
}
