// An ear in a page: samples what comes out of an <audio> element's stream, in the page, all the time.
// @ts-check
import { Ear } from './ear.mjs';

/** @typedef {import('playwright-core').Page} Page */

/**
 * Runs in the page. Collects the samples of whatever stream the element has, also when it gets another.
 * An analyser hands out its last 32768 samples, 680 ms at 48 kHz; it is asked far more often and only what is new is kept.
 * @param {string} selector
 */
function listen(selector) {
  const context = new AudioContext();
  const size = 32768;
  /** @type {{analyser: AnalyserNode, source: MediaStreamAudioSourceNode, from: number} | undefined} */
  let tap;
  /** @type {MediaProvider | null} */
  let stream = null;
  const heard = /** @type {number[]} */ ([]);
  const window_samples = new Float32Array(size);
  const sample = () => {
    const element = /** @type {HTMLAudioElement | null} */ (document.querySelector(selector));
    const next = element?.srcObject ?? null;
    if (next !== stream) {
      tap?.source.disconnect();
      tap = undefined;
      stream = next;
    }
    if (!tap && stream instanceof MediaStream && stream.getAudioTracks().length > 0) {
      const source = context.createMediaStreamSource(stream);
      const analyser = new AnalyserNode(context, { fftSize: size });
      source.connect(analyser);
      tap = { analyser, source, from: context.currentTime };
    }
    if (!tap) return;
    const now = context.currentTime;
    const fresh = Math.min(size, Math.round((now - tap.from) * context.sampleRate));
    if (fresh <= 0) return;
    tap.from = now;
    tap.analyser.getFloatTimeDomainData(window_samples);
    for (let i = size - fresh; i < size; ++i) heard.push(Math.round(window_samples[i] * 32767));
  };
  setInterval(sample, 50);
  void context.resume();
  Object.assign(window, {
    webcallingTestEar: {
      context,
      /** @param {number} from */
      take: (from) => {
        // 16 bit samples travel as text: arrays of numbers are slow on the way out of a page.
        const part = Int16Array.from(heard.slice(from));
        let binary = '';
        for (const byte of new Uint8Array(part.buffer)) binary += String.fromCharCode(byte);
        return { rate: context.sampleRate, state: context.state, pcm: btoa(binary) };
      },
    },
  });
}

export class PageEar {
  /** @type {Ear} */
  ear;
  #page;
  /** @type {Float32Array} */
  #samples = new Float32Array(0);
  #rate = 48_000;

  /** @param {Page} page @param {string} name */
  constructor(page, name) {
    this.#page = page;
    this.ear = new Ear(name, async () => {
      await this.#fetch();
      return [{ rate: this.#rate, samples: this.#samples }];
    });
  }

  /** @param {Page} page @param {string} name @param {string} [selector] */
  static async attach(page, name, selector = '#remoteAudio') {
    await page.evaluate(listen, selector);
    return new PageEar(page, name).ear;
  }

  async #fetch() {
    const { rate, state, pcm } = await this.#page.evaluate((from) => {
      const { webcallingTestEar: ear } = /** @type {any} */ (window);
      return ear.take(from);
    }, this.#samples.length);
    if (state !== 'running') throw new Error(`the ear in the page is ${state}: nobody has clicked yet`);
    const bytes = Buffer.from(pcm, 'base64');
    const samples = new Float32Array(this.#samples.length + bytes.length / 2);
    samples.set(this.#samples);
    for (let i = 0; i < bytes.length / 2; ++i) samples[this.#samples.length + i] = bytes.readInt16LE(i * 2) / 32767;
    this.#samples = samples;
    this.#rate = rate;
  }
}
