// The phone in a page of others: <webcalling-phone> on a site of its own, whose policy allows nothing that is not needed.
// @ts-check
import { PageEar } from './page_ear.mjs';
import { PhoneOnSite, serveSite } from './phone_on_site.mjs';
import { until } from './until.mjs';

/**
 * @typedef {object} Options
 * @property {string} extension
 * @property {string} password
 * @property {number} hz
 * @property {string} server where the phone comes from: `http://127.0.0.1:8080`
 * @property {string} [markup] of the element
 */

/** @param {Options} options @returns {Promise<import('node:http').Server>} */
async function serve({ server, markup = '<webcalling-phone></webcalling-phone>' }) {
  const socket = server.replace(/^http/, 'ws');
  const policy = `default-src 'none'; script-src ${server}; connect-src ${socket}; media-src blob:`;
  return serveSite((_request, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.setHeader('Content-Security-Policy', policy);
    response.end(`<!doctype html><html lang="en"><title>Customers</title>
      <script type="module" src="${server}/embed/webcalling-phone.js"></script>
      <button type="button" id="somewhere">Somewhere</button>${markup}</html>`);
  });
}

/** @extends {PhoneOnSite<Options>} */
export class EmbeddedPhone extends PhoneOnSite {
  /** Opens the page, but does not sign in. @param {string} directory @param {Options} options */
  static async open(directory, options) {
    return PhoneOnSite.openOn(EmbeddedPhone, directory, await serve(options), options);
  }

  /** In the form of the element. */
  async signIn() {
    await this.page.fill('[name=extension]', this.extension);
    await this.page.fill('[name=password]', this.options.password);
    await this.page.click('.sign-in button');
    await this.registered();
    await this.listen('document.querySelector("webcalling-phone").phone');
  }

  async registered() {
    await this.page.locator('.card[data-registration=registered]').waitFor();
  }

  /** @param {string} phone where the page has it */
  async listen(phone) {
    await this.page.evaluate(`${phone}.audio.id = 'remoteAudio'; document.body.append(${phone}.audio)`);
    this.ear = await PageEar.attach(this.page, `embedded phone ${this.extension}`);
  }

  /** @param {RegExp} phase */
  async #phase(phase) {
    let seen = /** @type {string | null} */ (null);
    await until(
      `the embedded phone ${this.extension} has a call that is ${phase}`,
      async () => {
        const call = this.page.locator('.call').first();
        seen = (await call.count()) > 0 ? await call.getAttribute('data-phase') : 'none';
        return seen !== null && phase.test(seen);
      },
      { otherwise: () => `${seen}; the page says: ${this.lastWords}` },
    );
  }

  /** @param {string} number */
  async dial(number) {
    await this.page.fill('[name=number]', number);
    await this.press('call');
  }

  /** @param {string} action */
  async press(action) {
    await this.page.click(`[data-action=${action}]`);
  }

  async incoming() {
    await this.#phase(/^incoming$/);
  }

  async ringing() {
    await this.#phase(/^ringing$/);
  }

  async established() {
    await this.#phase(/^active$/);
  }

  async accept() {
    await this.press('answer');
  }

  async hangup() {
    await this.press('end');
  }

  async closed() {
    await this.#phase(/^ended$/);
  }

  async idle() {
    if ((await this.page.locator('[data-action=dismiss]').count()) > 0) await this.press('dismiss');
    await this.#phase(/^none$/);
  }
}
