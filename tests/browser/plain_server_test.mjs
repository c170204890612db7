// The web phone with a server that knows SIP alone: what needs more is hidden, everything else works.
// @ts-check
import assert from 'node:assert/strict';
import { connect, hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';
import { openPage } from '../peers/web_pages.mjs';

scene('signed in by password at another address, the phone calls, and asks nothing of /api', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.openWebPhone('1002');
  /** @type {string[]} */
  const asked = [];
  web.page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/api')) asked.push(pathname);
  });
  await web.page.click('#advancedBtn');
  await web.page.fill('#serviceURL', `ws://127.0.0.1:${stage.server.ports.ws}`);
  await web.signIn();

  await connect(web, bob);
  await hearEachOther(web, bob);
  // What the page has said and heard itself.
  await web.page.click('[data-action=story]');
  await web.page.locator('.rung[data-label="200 OK"]').first().waitFor();
  assert.match((await web.page.locator('.rung').first().textContent()) ?? '', /INVITE/);
  assert.equal(await web.page.locator('.rung[data-to=other], .rung[data-from=other]').count(), 0);
  assert.doesNotMatch((await web.page.locator('.ladder').textContent()) ?? '', /response=/);
  await web.page.keyboard.press('Escape');
  await web.hangup();
  await bob.closed();
  await web.idle();

  await openPage(web, 'history');
  await web.page.locator('.entry[data-outcome=answered]').waitFor();
  assert.equal(await web.page.locator('#historySearch, #historyFilter').count(), 0);
  await openPage(web, 'people');
  await web.page.click('#newContactBtn');
  await web.page.fill('#contactName', 'Bob');
  await web.page.fill('#contactNumber', '1001');
  await web.page.press('#contactNumber', 'Enter');
  await web.page.locator('#contacts .person').waitFor();
  assert.equal(await web.page.locator('#directory, #directoryProblem').count(), 0);
  assert.deepEqual(asked.filter((path) => path !== '/api/session'), []);

  await openPage(web, 'phone');
  await connect(bob, web);
  assert.equal(await web.page.locator('#callPeer').textContent(), 'Bob');
  await hearEachOther(web, bob);
  await web.hangup();
  await bob.closed();
});
