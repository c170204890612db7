// The web phone as its user sees it; web/README.md says what can be held on to.
// @ts-check
import assert from 'node:assert/strict';
import { launchChromium } from './chromium.mjs';
import { PageEar } from './page_ear.mjs';
import { until } from './until.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').BrowserContext} BrowserContext */
/**
 * @typedef {object} Options
 * @property {string} url of the page
 * @property {string} extension
 * @property {string} password
 * @property {number} hz
 * @property {'granted' | 'refused' | 'missing'} [microphone]
 */

export class WebPhone {
  extension;
  hz;
  page;
  /** What comes out of the phone; there once it is signed in. @type {import('./ear.mjs').Ear} */
  // @ts-ignore set by signIn()
  ear;
  #browser;
  #options;
  /** What the page's console said. @type {string[]} */
  #console = [];

  /** @param {BrowserContext} browser @param {Page} page @param {Options} options */
  constructor(browser, page, options) {
    this.extension = options.extension;
    this.hz = options.hz;
    this.page = page;
    this.#browser = browser;
    this.#options = options;
    page.on('console', (message) => this.#console.push(message.text()));
    page.on('pageerror', (error) => this.#console.push(`page error: ${error.stack}`));
  }

  /** Opens the page, but does not sign in. @param {string} directory @param {Options} options */
  static async open(directory, options) {
    const browser = await launchChromium(directory, options);
    const page = browser.pages()[0] ?? (await browser.newPage());
    page.setDefaultTimeout(8000);
    const phone = new WebPhone(browser, page, options);
    try {
      await page.goto(options.url);
    } catch (error) {
      await browser.close();
      throw error;
    }
    return phone;
  }

  /** Another tab of the same browser, with the same page; what is signed in is signed in there too. */
  async openTab() {
    const page = await this.#browser.newPage();
    page.setDefaultTimeout(8000);
    const tab = new WebPhone(this.#browser, page, this.#options);
    await page.goto(this.#options.url);
    return tab;
  }

  /** @param {string} [password] */
  async signIn(password = this.#options.password) {
    await this.attemptSignIn(password);
    await this.signedInAgain();
  }

  /** After a reload the session signs in. */
  async signedInAgain() {
    await this.registered();
    this.ear = await PageEar.attach(this.page, `web phone ${this.extension}`);
  }

  /** @param {string} password */
  async attemptSignIn(password) {
    await this.page.fill('#userAgentId', this.extension);
    await this.page.fill('#password', password);
    await this.page.click('#initializeCallingBtn');
  }

  /** @param {number} [within] */
  async registered(within = 8000) {
    await this.#attribute('[data-testid=phone]', 'data-registration', /^registered$/, within);
  }

  /** @param {RegExp} state of the registration @param {number} [within] */
  async registration(state, within) {
    await this.#attribute('[data-testid=phone]', 'data-registration', state, within);
  }

  /** @param {RegExp} name @param {number} [within] */
  async screen(name, within) {
    await this.#attribute('[data-testid=phone]', 'data-screen', name, within);
  }

  /** @param {RegExp} state @param {number} [within] */
  async callState(state, within) {
    await this.#attribute('#callState', 'data-state', state, within);
  }

  /** @param {string} selector @param {string} attribute @param {RegExp} value @param {number} [within] */
  async #attribute(selector, attribute, value, within = 5000) {
    let seen = /** @type {string | null} */ (null);
    await until(
      `web phone ${this.extension}: ${selector} ${attribute} is ${value}`,
      async () => {
        const element = this.page.locator(selector);
        seen = (await element.count()) > 0 ? await element.first().getAttribute(attribute) : null;
        return seen !== null && value.test(seen);
      },
      { within, otherwise: () => `${seen}; the page shows: ${this.#console.slice(-3).join(' | ')}` },
    );
  }

  /** @param {string} number */
  async dial(number) {
    await this.page.click('#newCallBtn');
    await this.page.fill('#phoneNumber', number);
    await this.page.click('#callBtn');
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
    await this.page.click('#answerCallBtn');
  }

  async reject() {
    await this.page.click('#rejectCallBtn');
  }

  /** Ends the call, or cancels it while it rings. */
  async hangup() {
    await this.page.click('#endCallBtn');
  }

  async hold() {
    await this.page.click('#holdResumeBtn');
    await this.callState(/^held$/);
    assert.match((await this.page.locator('#callState').textContent()) ?? '', /Call Held/);
  }

  async resume() {
    await this.page.click('#holdResumeBtn');
    await this.callState(/^active$/);
  }

  async toggleMute() {
    const muted = await this.page.locator('#muteBtn').getAttribute('aria-pressed');
    await this.page.click('#muteBtn');
    await this.#attribute('#muteBtn', 'aria-pressed', muted === 'true' ? /^false$/ : /^true$/);
  }

  /** @param {string} digits */
  async sendDigits(digits) {
    await this.page.click('#keypadBtn');
    for (const digit of digits) {
      const key = { '*': 'Star', '#': 'Hash' }[digit] ?? digit;
      await this.page.click(`#key${key}`);
    }
    assert.ok((await this.page.locator('#dtmfDigits').textContent())?.endsWith(digits));
  }

  /** Waits until the call with this number does so, in the list of several calls. @param {string} number @param {RegExp} state @param {number} [within] */
  async line(number, state, within) {
    await this.#attribute(`.call-line[data-number="${number}"]`, 'data-state', state, within);
  }

  /**
   * Presses a button in the list of several calls.
   * @param {'answer' | 'busy' | 'reject' | 'switch' | 'merge' | 'connect' | 'end' | 'dismiss'} action
   * @param {string} number
   */
  async press(action, number) {
    await this.page.click(`.call-line[data-number="${number}"] [data-action=${action}]`);
  }

  /** Talks on another of several calls. @param {string} number */
  async switchTo(number) {
    await this.press('switch', number);
    await this.#attribute('#callPeer', 'data-number', new RegExp(`^${number}$`));
    await this.established();
  }

  /** Begins a blind transfer, which waits for ten seconds. @param {string} number */
  async transfer(number) {
    await this.page.click('#transferBtn');
    await this.page.fill('#transferNumber', number);
    await this.page.click('#transferSendBtn');
    await this.callState(/^transfer-pending$/);
  }

  /** The sentence that says why a transfer has failed. @param {string} reason as in data-reason @param {number} [within] */
  async transferFailed(reason, within) {
    await this.#attribute('#transferText', 'data-reason', new RegExp(`^${reason}$`), within);
    return (await this.page.locator('#transferText').textContent()) ?? '';
  }

  /** The sentence that says how the call ended. @param {string} reason as in data-reason @param {number} [within] */
  async closed(reason, within) {
    await this.#attribute('#endedReason', 'data-reason', new RegExp(`^(${reason})$`), within);
    return (await this.page.locator('#endedReason').textContent()) ?? '';
  }

  async idle() {
    if ((await this.page.locator('#dismissBtn').count()) > 0) await this.page.click('#dismissBtn');
    await this.screen(/^idle$/);
  }

  async signOut() {
    await this.page.click('#power');
    await this.screen(/^sign-in$/);
  }

  /** Milliseconds between two of the page's own marks of the last call. @param {string} from @param {string} to */
  async measured(from, to) {
    const time = (/** @type {string} */ name) =>
      this.page.evaluate((mark) => performance.getEntriesByName(mark).at(-1)?.startTime, `webcalling:${name}`);
    const end = await until(`web phone ${this.extension}: the mark ${to}`, () => time(to));
    const begin = await time(from);
    if (begin === undefined) throw new Error(`web phone ${this.extension}: no mark ${from}`);
    return end - begin;
  }

  /** @param {string} file */
  async screenshot(file) {
    await this.page.screenshot({ path: file });
  }

  async stop() {
    await this.#browser.close();
  }

  tail() {
    return this.#console.slice(-25).join('\n');
  }
}
