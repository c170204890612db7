// Draws the pictures of the README anew: scripts/draw-pictures.
// @ts-check
import path from 'node:path';
import { connect, hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';
import { kWindows, openPage } from '../peers/web_pages.mjs';

/** @typedef {import('../peers/web_phone.mjs').WebPhone} WebPhone */

const kFolder = process.env.WEBCALLING_PICTURES ?? '.';
const kNames = { 1010: 'Anna Schmidt', 1011: 'Björn Ek', 1012: 'Chloé Martin', 1013: 'Devi Nair', 1014: 'Emilio Ruiz' };

/** @param {WebPhone} web @param {string} name */
async function draw({ page }, name) {
  await page.screenshot({ path: path.join(kFolder, `${name}.jpg`), type: 'jpeg', quality: 82 });
}

scene(
  'the pictures of the README',
  async (stage) => {
    for (const [extension, name] of Object.entries(kNames)) {
      await stage.server.command('account', 'add', extension, '--name', name, '--password', 'Wb4-five-bees');
    }
    const options = { password: 'Wb4-five-bees', hz: 610 };
    const [anna, bjoern, chloe] = await Promise.all(['1010', '1011', '1012'].map((extension) => stage.phone(extension, options)));
    const web = await stage.webPhone('1002');
    await web.page.setViewportSize(kWindows.wide);

    await connect(chloe, bjoern);
    await openPage(web, 'people');
    for (const number of ['1010', '1012']) await web.page.locator(`.person[data-number="${number}"] [data-action=star]`).click();
    await web.page.locator('.person[data-number="1011"][data-presence=on-the-phone]').waitFor({ timeout: 15_000 });
    await web.page.locator('.person[data-number="1012"][data-presence=on-the-phone]').waitFor({ timeout: 15_000 });
    await draw(web, 'people');
    await chloe.hangup();
    await openPage(web, 'phone');

    await connect(web, anna);
    await hearEachOther(web, anna);
    await web.page.locator('.call-quality, [class*=quality-] svg, .quality-button').first().waitFor();
    await until('the quality of six seconds is there', async () => /^00:0[6-9]/.test((await web.page.locator('#callTimer').textContent()) ?? ''), {
      within: 20_000,
    });
    await draw(web, 'phone-in-call');
    await web.page.click('[data-action=story]');
    await web.page.locator('.rung').nth(9).waitFor();
    await draw(web, 'call-story');
    await web.page.click('#closeStoryBtn');
    await web.hangup();
    await anna.closed();

    await web.page.emulateMedia({ colorScheme: 'dark' });
    await web.page.setViewportSize(kWindows.phone);
    await openPage(web, 'history');
    await web.page.locator('#historyList .entry').first().waitFor();
    await draw(web, 'history-dark');
    await openPage(web, 'phone');
    await web.idle();
    await web.page.click('#newCallBtn');
    await web.page.locator('#phoneNumber').pressSequentially('an');
    await web.page.locator('.suggestion').first().waitFor();
    await draw(web, 'dial-dark');
  },
  { timeout: 120_000 },
);
