// The SIP messages of a call, as its people see them.
// @ts-check
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { connect } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';
import { kWindows, misfits, openPage, pictureFolder } from '../peers/web_pages.mjs';

/** @typedef {import('../peers/web_phone.mjs').WebPhone} WebPhone */

/** Waits for an arrow of the story. @param {WebPhone} web @param {string} from @param {string} to @param {string} label */
async function rung(web, from, to, label) {
  const found = web.page.locator(`.rung[data-from=${from}][data-to=${to}][data-label^="${label}"]`);
  await found.first().waitFor();
  return found.first();
}

/** What a browser says that nobody else may learn. @param {WebPhone} web */
function noteSecrets({ page }) {
  /** @type {Set<string>} */
  const secrets = new Set();
  page.on('websocket', (socket) => {
    for (const event of /** @type {const} */ (['framesent', 'framereceived'])) {
      socket.on(event, ({ payload }) => {
        const text = String(payload);
        for (const [, secret] of text.matchAll(/(?:response="|cnonce="|a=ice-pwd:)([^"\r\n]+)/g)) secrets.add(secret);
      });
    }
  });
  return secrets;
}

scene('the story of a call is told while it goes on, and afterwards from the history', async (stage, t) => {
  const bob = await stage.phone('1001');
  const web = await stage.openWebPhone('1002');
  const secrets = noteSecrets(web);
  await web.signIn();
  await connect(web, bob);
  await web.page.click('#callState ~ .call-tools [data-action=story]');
  await rung(web, 'you', 'server', 'INVITE');
  await rung(web, 'server', 'other', 'INVITE');
  await rung(web, 'other', 'server', '180');
  await rung(web, 'other', 'server', '200');
  const answer = await rung(web, 'server', 'you', '200');
  assert.match((await answer.locator('.rung-facts').textContent()) ?? '', /Answered: opus, encrypted/);

  await answer.locator('summary').focus();
  await web.page.keyboard.press('Enter');
  await until('the message is shown', async () => /^SIP\/2\.0 200/.test(await answer.locator('.rung-message').innerText()));
  const folder = pictureFolder(stage, t);
  await web.screenshot(`${folder}/call-story.png`);
  for (const [window, size] of Object.entries(kWindows)) {
    await web.page.setViewportSize(size);
    assert.deepEqual(await misfits(web, window), []);
  }
  await web.page.setViewportSize(kWindows.wide);

  const downloading = web.page.waitForEvent('download');
  await web.page.click('#saveStoryBtn');
  const file = fs.readFileSync(await (await downloading).path(), 'utf8');
  assert.match(file, /Proof of who is calling is asked for/);
  assert.match(file, /\nINVITE sip:1001@/);
  const page = await web.page.content();
  assert.ok(secrets.size >= 4, 'there were secrets to keep');
  const callId = /^Call-ID: (\S+)$/m.exec(await answer.locator('.rung-message').innerText())?.[1] ?? '';
  assert.ok(callId.length > 8 && !file.includes(callId), 'nobody can speak for the phone by what is in the file');
  for (const secret of secrets) assert.ok(!file.includes(secret) && !page.includes(secret), `${secret} is told`);

  await bob.hangup();
  await rung(web, 'other', 'server', 'BYE');
  await web.page.click('#closeStoryBtn');
  await web.closed('remote-hung-up').catch(() => {});
  await openPage(web, 'history');
  await web.page.locator('#historyList details > summary').first().click();
  await web.page.locator('#historyList [data-action=story]').first().click();
  await rung(web, 'other', 'server', 'BYE');
  await web.page.keyboard.press('Escape');
  await web.page.locator('#callStory').waitFor({ state: 'detached' });
});

scene('a story that is gone says so', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002');
  await connect(web, bob);
  await web.hangup();
  await bob.closed();
  await stage.server.restart();
  await web.registered(20_000);
  await openPage(web, 'history');
  await web.page.locator('#historyList details > summary').first().click();
  await web.page.locator('#historyList [data-action=story]').first().click();
  assert.match((await web.page.locator('#callStoryProblem').textContent()) ?? '', /does not keep the story/);
});
