// A telephone made with JsSIP, the other browser stack, on a page that a stranger serves: driven as the web phone is.
// @ts-check
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { PageEar } from './page_ear.mjs';
import { PhoneOnSite, serveSite } from './phone_on_site.mjs';
import { until } from './until.mjs';

/**
 * @typedef {object} Options
 * @property {string} extension
 * @property {string} password
 * @property {string} server the WebSocket address
 * @property {string} domain of its address of record
 * @property {number} hz
 * @property {'RFC2833' | 'INFO'} [digits] how it sends them
 * @property {'INVITE' | 'UPDATE'} [renegotiates] by what it holds and resumes
 */
/** @typedef {{registration: string, call: string, reason: string, progress: number[], takesDigits: boolean}} State */

const kPage = path.join(path.dirname(fileURLToPath(import.meta.url)), 'jssip');

/** The page and all of JsSIP as one script; made once for all phones of a test program. @type {Promise<string> | undefined} */
let bundle;

async function makeBundle() {
  const { outputFiles } = await build({
    entryPoints: [path.join(kPage, 'page.js')],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'chrome120',
    logLevel: 'warning',
  });
  return outputFiles[0].text;
}

/** @returns {Promise<import('node:http').Server>} */
async function serve() {
  const script = await (bundle ??= makeBundle());
  return serveSite((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8');
    response.end(isScript ? script : fs.readFileSync(path.join(kPage, 'page.html')));
  });
}

/** @extends {PhoneOnSite<Options>} */
export class JsSipPhone extends PhoneOnSite {
  /** Opens the page, but does not sign in. @param {string} directory @param {Options} options */
  static async open(directory, options) {
    return PhoneOnSite.openOn(JsSipPhone, directory, await serve(), options);
  }

  async signIn() {
    const { extension, password, server, domain } = this.options;
    // Without a click a page may not make a sound.
    await this.page.click('#signInBtn');
    await this.#do('signIn', { server, uri: `sip:${extension}@${domain}`, password });
    await this.#state('is registered', (state) => state.registration === 'registered', 8000);
    this.ear = await PageEar.attach(this.page, `JsSIP ${extension}`);
  }

  /** Calls a method of the page's phone. @param {string} method @param {...unknown} parameters */
  async #do(method, ...parameters) {
    return this.page.evaluate(([name, values]) => /** @type {any} */ (window).phone[name](...values), /** @type {const} */ ([method, parameters]));
  }

  /** @param {string} what @param {(state: State) => boolean} matches @param {number} [within] */
  async #state(what, matches, within = 5000) {
    /** @type {State | undefined} */
    let state;
    await until(
      `JsSIP ${this.extension} ${what}`,
      async () => {
        state = await this.page.evaluate(() => {
          const { registration, call, reason, progress, takesDigits } = /** @type {any} */ (window).phone;
          return { registration, call, reason, progress, takesDigits };
        });
        return state && matches(state);
      },
      { within, otherwise: () => `${JSON.stringify(state)}; the page says: ${this.lastWords}` },
    );
  }

  /** @param {RegExp} state in the words of the web phone @param {number} [within] */
  async callState(state, within) {
    await this.#state(`is ${state}`, ({ call }) => state.test(call), within);
  }

  /** @param {string} number */
  async dial(number) {
    await this.#do('dial', number);
  }

  async incoming() {
    await this.callState(/^incoming$/);
  }

  async ringing() {
    await this.callState(/^(ringing|early-media)$/);
  }

  async established() {
    await this.callState(/^active$/);
  }

  async accept() {
    await this.#do('answer');
  }

  async reject() {
    await this.#do('hangup');
  }

  /** Ends the call, or cancels it while it rings. */
  async hangup() {
    await this.#do('hangup');
  }

  async hold() {
    assert.ok(await this.#do('hold', this.options.renegotiates === 'UPDATE'), 'JsSIP is not ready to hold');
    await this.callState(/^held$/);
  }

  async resume() {
    assert.ok(await this.#do('resume', this.options.renegotiates === 'UPDATE'), 'JsSIP is not ready to resume');
    await this.callState(/^active$/);
  }

  async toggleMute() {
    await this.#do('toggleMute');
  }

  /** @param {string} digits */
  async sendDigits(digits) {
    await this.#state('can send digits', (state) => state.takesDigits);
    await this.#do('sendDigits', digits, this.options.digits ?? 'RFC2833');
  }

  /** @param {string} reason as the web phone calls it @param {number} [within] */
  async closed(reason, within) {
    await this.#state(`ended, ${reason}`, (state) => state.call === 'ended' && new RegExp(`^(${reason})$`).test(state.reason), within);
  }

  async idle() {
    await this.callState(/^(idle|ended)$/);
  }
}
