const FIRST_MS = 300;
const LONGEST_MS = 15_000;

/** Waiting times between attempts: doubling, with jitter so that a restarted server is not met by all phones at once. */
export class Backoff {
  #attempts = 0;

  next(): number {
    const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    return ceiling * (0.5 + Math.random() / 2);
  }

  reset(): void {
    this.#attempts = 0;
  }
}
