// The pages of the web phone beside the telephone itself, and how they look.
// @ts-check
import fs from 'node:fs';
import { createRequire } from 'node:module';

/** @typedef {import('./stage.mjs').Stage} Stage */
/** @typedef {import('./web_phone.mjs').WebPhone} WebPhone */
/** @typedef {{id: string, impact: string | null, help: string, nodes: {html: string, failureSummary?: string}[]}} Finding */

const kAxe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const kRules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export const kWindows = { wide: { width: 1000, height: 760 }, phone: { width: 390, height: 844 }, narrow: { width: 320, height: 640 } };

/** @param {WebPhone} web @param {string} page */
export async function openPage(web, page) {
  await web.page.click(`#${page}Tab`);
  await web.page.locator(`#${page}Tab[aria-current=page]`).waitFor();
  if (page !== 'phone') await web.page.locator('h2.page-title').waitFor();
}

/**
 * What is cut off by the window, or does not fit into its tab.
 * @param {WebPhone} web
 * @param {string} name
 */
export async function misfits({ page }, name) {
  const cut = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const isCut = (/** @type {Element} */ element) => {
      const { left, right } = element.getBoundingClientRect();
      return left < -1 || right > width + 1 || (element.matches('.tab-name') && element.scrollWidth > element.clientWidth);
    };
    const all = [...document.querySelectorAll('body *:not(option)')].filter(isCut);
    return all.map((element) => `${element.tagName}#${element.id}.${element.className} "${element.textContent}"`);
  });
  return cut.map((element) => `${name}: ${element} is cut off`);
}

/** @param {Stage} stage @param {import('node:test').TestContext} t */
export function pictureFolder(stage, t) {
  // Beside the stage's own folder, which goes away with it.
  const folder = process.env.WEBCALLING_SCREENSHOTS ?? `${stage.directory}-pictures`;
  fs.mkdirSync(folder, { recursive: true });
  t.diagnostic(`the pictures are in ${folder}`);
  return folder;
}

/**
 * What axe-core finds serious or critical on the page as it is now.
 * @param {{page: import('playwright-core').Page}} web
 * @returns {Promise<Finding[]>}
 */
export async function seriousFindings({ page }) {
  // By the debugger: the page's content security policy allows no script of ours.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(fs.readFileSync(kAxe, 'utf8'));
  const { violations } = await page.evaluate(
    (rules) => /** @type {any} */ (window).axe.run(document, { runOnly: rules, resultTypes: ['violations'] }),
    kRules,
  );
  return violations.filter((/** @type {Finding} */ { impact }) => impact === 'serious' || impact === 'critical');
}
