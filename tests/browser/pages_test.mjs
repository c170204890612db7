// The pages around the telephone: calls are controlled from each, and every language fits into each window.
// @ts-check
import assert from 'node:assert/strict';
import path from 'node:path';
import { hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';
import { kWindows, misfits, openPage, pictureFolder } from '../peers/web_pages.mjs';

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
  await web.registered();
  await web.page.click('#signOutBtn');
  assert.equal(await web.page.locator('#initializeCallingBtn').textContent(), 'Telefon starten');
  assert.equal(await web.page.title(), 'WebRTC-Telefon');
});
