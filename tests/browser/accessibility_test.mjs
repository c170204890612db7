// Everybody can use the web phone: no serious finding of axe-core on any screen in either theme, and a whole call by
// the keyboard alone. Pictures of every screen are kept.
// @ts-check
import assert from 'node:assert/strict';
import path from 'node:path';
import { hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';
import { kWindows, misfits, openPage, pictureFolder, seriousFindings } from '../peers/web_pages.mjs';

/** @typedef {import('../peers/web_phone.mjs').WebPhone} WebPhone */

const kThemes = /** @type {const} */ (['light', 'dark']);

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

scene('the phone in another tab, and a call on another device', async (stage, t) => {
  const bob = await stage.phone('1001');
  const desk = await stage.phone('1002');
  const web = await stage.webPhone('1002');
  await desk.dial('1001');
  await bob.incoming();
  await bob.accept();
  await desk.established();
  const other = await web.openTab();
  await other.signedInAgain();
  await other.page.locator('#otherTab').waitFor();
  await other.page.locator('#otherCalls').waitFor();
  assert.deepEqual(await inspect(other, pictureFolder(stage, t), 'elsewhere'), []);
});

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
      await look(`${page}-empty`.replace('settings-empty', 'settings').replace('people-empty', 'people'));
    }
    await web.page.click('#shortcutsBtn');
    await web.page.locator('#shortcutSheet[open]').waitFor();
    await look('shortcuts');
    await web.page.keyboard.press('Escape');
    await openPage(web, 'people');
    await web.page.locator('.person[data-number="1001"] [data-action=star]').click();
    await web.page.click('#newContactBtn');
    await web.page.locator('#contactDialog[open]').waitFor();
    await web.page.press('#contactNumber', 'Enter');
    await look('new-contact');
    await web.page.keyboard.press('Escape');
    await openPage(web, 'phone');

    await web.page.click('#newCallBtn');
    await look('new-call');
    await web.page.click('#callBtn');
    await web.page.locator('#numberError').waitFor();
    await look('new-call-without-number');
    await web.page.fill('#phoneNumber', '1001');
    await web.page.locator('.suggestion').waitFor();
    await web.page.keyboard.press('ArrowDown');
    await look('new-call-suggestions');
    await web.page.click('#callBtn');
    const invite = await bob.incoming();
    const toTag = bob.ring(invite);
    await web.ringing();
    await look('calling');
    await bob.answer(invite, { toTag });
    await web.established();
    await look('in-call');
    await web.page.click('[data-action=story]');
    await web.page.locator('.rung[data-label="200 OK"] summary').first().click();
    await look('call-story');
    await web.page.click('#closeStoryBtn');
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
