// The samples that a peer has heard so far, at 8000 a second: only the end grows, and asking for them copies nothing.
// @ts-check

export class HeardSamples {
  #samples = new Float32Array(8000);
  #count = 0;

  /** @param {number} sample from -1 to 1 */
  push(sample) {
    if (this.#count === this.#samples.length) {
      const more = new Float32Array(2 * this.#count);
      more.set(this.#samples);
      this.#samples = more;
    }
    this.#samples[this.#count++] = sample;
  }

  /** @returns {import('./wav.mjs').Sound} */
  get sound() {
    return { rate: 8000, samples: this.#samples.subarray(0, this.#count) };
  }
}
