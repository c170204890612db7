// Everybody can use the web phone: no serious finding of axe-core on any screen in either theme, a whole call by the
// keyboard alone, and calls that can be controlled from every page. Pictures of every screen are kept.
// @ts-check
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';

/** @typedef {import('../peers/stage.mjs').Stage} Stage */
/** @typedef {import('../peers/web_phone.mjs').WebPhone} WebPhone */
/** @typedef {{id: string, impact: string | null, help: string, nodes: {html: string, failureSummary?: string}[]}} Finding */

const kAxe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const kThemes = /** @type {const} */ (['light', 'dark']);
const kWindows = { wide: { width: 1000, height: 760 }, phone: { width: 390, height: 844 }, narrow: { width: 320, height: 640 } };
const kRules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * What axe-core finds serious or critical on the page as it is now.
 * @param {WebPhone} web
 * @returns {Promise<Finding[]>}
 */
async function seriousFindings({ page }) {
  // By the debugger: the page's content security policy allows no script of ours.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(fs.readFileSync(kAxe, 'utf8'));
  const { violations } = await page.evaluate(
    (rules) => /** @type {any} */ (window).axe.run(document, { runOnly: rules, resultTypes: ['violations'] }),
    kRules,
  );
  return violations.filter((/** @type {Finding} */ { impact }) => impact === 'serious' || impact === 'critical');
}

/**
 * Whether the page is wider than its window, or the name of a tab is cut off.
 * @param {WebPhone} web
 * @param {string} name
 */
async function misfits({ page }, name) {
  const [tooWide, cut] = await page.evaluate(() => [
    document.documentElement.scrollWidth - document.documentElement.clientWidth,
    [...document.querySelectorAll('.tab-name')].filter((tab) => tab.scrollWidth > tab.clientWidth).map((tab) => tab.textContent),
  ]);
  return [
    ...(Number(tooWide) > 0 ? [`${name}: ${tooWide} pixels do not fit`] : []),
    .../** @type {string[]} */ (cut).map((tab) => `${name}: the tab ${tab} is cut off`),
  ];
}

/**
 * Looks at a screen in every theme and window, keeps the pictures, and returns what is wrong with it.
 * @param {WebPhone} web
 * @param {string} folder
 * @param {string} name
 * @returns {Promise<string[]>}
 */
async function inspect(web, folder, name) {
  const faults = [];
  for (const theme of kThemes) {
    await web.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await until(`${name} is ${theme}`, async () => (await web.page.getAttribute('html', 'data-bs-theme')) === theme);
    for (const { id, nodes } of await seriousFindings(web)) {
      faults.push(...nodes.map(({ html, failureSummary }) => `${name}, ${theme}: ${id}: ${html} ${failureSummary}`));
    }
    for (const [window, size] of Object.entries(kWindows)) {
      await web.page.setViewportSize(size);
      faults.push(...(await misfits(web, `${name}, ${size.width} pixels wide`)));
      if (window !== 'narrow') await web.screenshot(path.join(folder, `${name}-${theme}-${window}.png`));
    }
    await web.page.setViewportSize(kWindows.wide);
  }
  return faults;
}

/** @param {Stage} stage @param {import('node:test').TestContext} t */
function pictureFolder(stage, t) {
  // Beside the stage's own folder, which goes away with it.
  const folder = process.env.WEBCALLING_SCREENSHOTS ?? `${stage.directory}-pictures`;
  fs.mkdirSync(folder, { recursive: true });
  t.diagnostic(`the pictures are in ${folder}`);
  return folder;
}

/** @param {WebPhone} web @param {string} page */
async function openPage(web, page) {
  await web.page.click(`#${page}Tab`);
  await web.page.locator(`#${page}Tab[aria-current=page]`).waitFor();
  if (page !== 'phone') await web.page.locator('h2.page-title').waitFor();
}

scene(
  'no screen has a serious fault, in light and dark, in wide and narrow windows',
  async (stage, t) => {
    const folder = pictureFolder(stage, t);
    // baresip hangs up when its voice has come to its end; the plain phone's has none.
    const [bob, carol] = await Promise.all([stage.plainPhone('1001'), stage.phone('1003')]);
    const web = await stage.openWebPhone('1002');
    /** @type {string[]} */
    const faults = [];
    const look = async (/** @type {string} */ name) => faults.push(...(await inspect(web, folder, name)));

    await look('sign-in');
    await web.page.click('#advancedBtn');
    await web.attemptSignIn('not-the-password');
    await web.page.locator('#signInError').waitFor();
    await look('sign-in-wrong-password');
    await web.signIn();
    await web.screen(/^idle$/);
    await look('idle');
    for (const page of ['people', 'history', 'messages', 'settings']) {
      await openPage(web, page);
      await look(`${page}-empty`.replace('settings-empty', 'settings'));
    }
    await web.page.click('#shortcutsBtn');
    await web.page.locator('#shortcutSheet[open]').waitFor();
    await look('shortcuts');
    await web.page.keyboard.press('Escape');
    await openPage(web, 'phone');

    await web.page.click('#newCallBtn');
    await look('new-call');
    await web.page.click('#callBtn');
    await web.page.locator('#numberError').waitFor();
    await look('new-call-without-number');
    await web.page.fill('#phoneNumber', '1001');
    await web.page.click('#callBtn');
    const invite = await bob.incoming();
    const toTag = bob.ring(invite);
    await web.ringing();
    await look('calling');
    await bob.answer(invite, { toTag });
    await web.established();
    await look('in-call');
    await web.toggleMute();
    await web.hold();
    await look('in-call-held-and-muted');
    await web.resume();
    await web.sendDigits('12#');
    await look('in-call-keypad');
    await openPage(web, 'settings');
    await web.page.locator('#callBar [data-phase=active]').waitFor();
    await look('call-bar');
    await openPage(web, 'phone');
    await web.hangup();
    await web.closed('hung-up');
    // The reason is shown for six seconds only.
    for (const theme of kThemes) {
      await web.page.emulateMedia({ colorScheme: theme });
      await web.screenshot(path.join(folder, `ended-${theme}-wide.png`));
    }
    assert.deepEqual(await seriousFindings(web), []);
    await web.idle();

    await carol.dial('1002');
    await web.incoming();
    await look('incoming');
    await openPage(web, 'messages');
    await look('call-bar-incoming');
    await carol.hangup();
    await web.page.locator('#missedCount').waitFor();
    await openPage(web, 'history');
    await web.page.locator('[data-outcome=missed]').waitFor();
    await look('history');
    assert.deepEqual(faults, []);
  },
  { timeout: 170_000 },
);

scene('a whole call is made, held and ended by the keyboard alone', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002');
  const { keyboard } = web.page;
  const pressed = (/** @type {string} */ selector) => web.page.locator(`${selector}:focus`).waitFor();

  await pressed('#newCallBtn');
  await keyboard.press('Enter');
  await pressed('#phoneNumber');
  await keyboard.type('1001');
  await keyboard.press('Enter');
  await bob.incoming();
  await bob.accept();
  await web.established();
  await hearEachOther(web, bob);
  await pressed('#muteBtn');
  await keyboard.press('Tab');
  await pressed('#holdResumeBtn');
  await keyboard.press('Enter');
  await web.callState(/^held$/);
  await keyboard.press('h');
  await web.callState(/^active$/);
  await hearEachOther(web, bob);
  await keyboard.press('k');
  await web.page.locator('#dtmfPad').waitFor();
  await keyboard.press('k');
  await keyboard.press('Tab');
  await pressed('#keypadBtn');
  for (const next of ['#transferBtn', '#newCallBtn', '#endCallBtn']) {
    await keyboard.press('Tab');
    await pressed(next);
  }
  await keyboard.press('Enter');
  await web.closed('hung-up');
  await bob.closed();
  await pressed('#dismissBtn');
  await keyboard.press('Enter');
  await web.screen(/^idle$/);

  await bob.idle();
  await bob.dial('1002');
  await web.incoming();
  await keyboard.press('a');
  await web.established();
  await hearEachOther(web, bob);
  await keyboard.press('Shift+E');
  await web.closed('hung-up');
  await bob.closed();
});

scene('a call is answered and ended from another page', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002');
  await openPage(web, 'settings');
  await web.page.focus('#languageChoice');
  await bob.dial('1002');
  const row = web.page.locator('#callBar .call-row');
  await row.locator('[role=alert]').waitFor();
  // Nobody is torn from what they are doing.
  await web.page.locator('#languageChoice:focus').waitFor();
  await row.getByRole('button', { name: 'Answer Call' }).click();
  await web.page.locator('#callBar [data-phase=active]').waitFor();
  await hearEachOther(web, bob);
  await openPage(web, 'history');
  await hearEachOther(web, bob);
  await row.getByRole('button', { name: 'End Call' }).click();
  await bob.closed();
  await web.page.locator('[data-outcome=answered]').waitFor();
});

scene('every language fits into a narrow window', async (stage, t) => {
  const folder = pictureFolder(stage, t);
  const web = await stage.webPhone('1002');
  await web.page.setViewportSize(kWindows.narrow);
  const faults = [];
  for (const language of ['de', 'es', 'fr', 'hi', 'en']) {
    await openPage(web, 'settings');
    await web.page.selectOption('#languageChoice', language);
    await web.page.locator(`html[lang=${language}]`).waitFor();
    faults.push(...(await misfits(web, `settings, ${language}`)));
    await web.screenshot(path.join(folder, `settings-${language}-narrow.png`));
    await openPage(web, 'phone');
    await web.dial('9196');
    await web.established();
    faults.push(...(await misfits(web, `in a call, ${language}`)));
    await web.screenshot(path.join(folder, `in-call-${language}-narrow.png`));
    await web.hangup();
    await web.idle();
  }
  assert.deepEqual(faults, []);
});

scene('the language and the colours that were chosen are there after a reload', async (stage) => {
  const web = await stage.webPhone('1002');
  await openPage(web, 'settings');
  await web.page.selectOption('#languageChoice', 'de');
  await web.page.locator('html[lang=de]').waitFor();
  await web.page.getByRole('radio', { name: 'Dunkel' }).check();
  await web.page.reload();
  await web.page.locator('html[lang=de][data-bs-theme=dark]').waitFor();
  assert.equal(await web.page.locator('#initializeCallingBtn').textContent(), 'Telefon starten');
  assert.equal(await web.page.title(), 'WebRTC-Telefon');
});
