// A telephone in a page that a stranger serves, in a browser of its own.
// @ts-check
import http from 'node:http';
import { launchChromium } from './chromium.mjs';
import { hostPort } from './wire.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').BrowserContext} BrowserContext */
/** @typedef {{extension: string, hz: number}} Owner */

/**
 * Serves pages from this machine, which is a secure context to browsers.
 * @param {(request: http.IncomingMessage, response: http.ServerResponse) => void} answer
 * @returns {Promise<http.Server>}
 */
export async function serveSite(answer) {
  const site = http.createServer(answer);
  await new Promise((resolve) => site.listen(0, '127.0.0.1', () => resolve(undefined)));
  return site;
}

/** @template {Owner} Options */
export class PhoneOnSite {
  extension;
  hz;
  page;
  /** What comes out of the phone; there once it is signed in. @type {import('./ear.mjs').Ear} */
  // @ts-ignore set when it signs in
  ear;
  options;
  #browser;
  #site;
  /** What the page's console said. @type {string[]} */
  #console = [];

  /** @param {BrowserContext} browser @param {Page} page @param {http.Server} site @param {Options} options */
  constructor(browser, page, site, options) {
    this.extension = options.extension;
    this.hz = options.hz;
    this.page = page;
    this.options = options;
    this.#browser = browser;
    this.#site = site;
    page.on('console', (message) => this.#console.push(message.text()));
    page.on('pageerror', (error) => this.#console.push(`page error: ${error.stack}`));
  }

  /**
   * Opens the page of the site.
   * @template {Owner} Options
   * @template {PhoneOnSite<Options>} Phone
   * @param {new (browser: BrowserContext, page: Page, site: http.Server, options: Options) => Phone} Kind
   * @param {string} directory
   * @param {http.Server} site which ends with the phone
   * @param {Options} options
   * @returns {Promise<Phone>}
   */
  static async openOn(Kind, directory, site, options) {
    const browser = await launchChromium(directory, options).catch((error) => {
      site.close();
      throw error;
    });
    const page = browser.pages()[0] ?? (await browser.newPage());
    page.setDefaultTimeout(8000);
    const phone = new Kind(browser, page, site, options);
    const { port } = /** @type {import('node:net').AddressInfo} */ (site.address());
    await page.goto(`http://${hostPort('127.0.0.1', port)}/`).catch(async (error) => {
      await phone.stop();
      throw error;
    });
    return phone;
  }

  /** The last words of the page. */
  get lastWords() {
    return this.#console.slice(-3).join(' | ');
  }

  async stop() {
    this.#site.close();
    await this.#browser.close();
  }

  tail() {
    return this.#console.slice(-25).join('\n');
  }
}
