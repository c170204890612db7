// A page is loaded anew, or its tab crashes: the call goes on as soon as the phone is signed in again.
// @ts-check
import assert from 'node:assert/strict';
import { connect, hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';

/** @typedef {import('../peers/web_phone.mjs').WebPhone} WebPhone */
/** @typedef {import('../peers/baresip.mjs').Baresip} Baresip */

/**
 * Loads the page; it signs in and takes its call back by itself.
 * @param {WebPhone} web
 * @param {Baresip} bob
 * @param {string} what
 * @param {() => Promise<unknown>} load
 */
async function findsItsCall(web, bob, what, load) {
  const begin = performance.now();
  await load();
  await web.signedInAgain();
  await web.established();
  const established = performance.now() - begin;
  await hearEachOther(web, bob);
  const heard = performance.now() - begin;
  const [call, voices] = [established, heard].map((duration) => duration.toFixed(0));
  console.log(`${what}: back in the call ${call} ms after the page began to load, both voices recognized after ${voices} ms`);
  assert.equal(await web.page.locator('#callPeer').getAttribute('data-number'), bob.extension);
}

for (const called of [false, true]) {
  scene(`a call ${called ? 'to' : 'of'} the web phone survives that its page is loaded anew`, async (stage) => {
    const bob = await stage.phone('1001');
    const web = await stage.webPhone('1002');
    await (called ? connect(bob, web) : connect(web, bob));
    await hearEachOther(web, bob);
    await findsItsCall(web, bob, 'page loaded anew', () => web.page.reload());
    await web.hangup();
    await bob.closed();
  });
}

scene('a call survives that its tab crashes', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002');
  await connect(web, bob);
  await hearEachOther(web, bob);
  const kept = await web.page.evaluate(() => ({ ...sessionStorage }));
  const context = web.page.context();
  const crashed = web.page;
  const gone = crashed.waitForEvent('crash');
  crashed.goto('chrome://crash').catch(() => {});
  await gone;
  // What the browser's own button for a crashed tab does: the same page, with the tab's session storage.
  web.page = await context.newPage();
  await web.page.addInitScript((storage) => {
    if (sessionStorage.length > 0) return;
    for (const [key, value] of Object.entries(storage)) sessionStorage.setItem(key, value);
  }, kept);
  await findsItsCall(web, bob, 'crashed tab', () => web.page.goto(stage.server.url));
  await web.hangup();
  await bob.closed();
});

scene('a call that nobody takes back ends', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002');
  await connect(web, bob);
  await hearEachOther(web, bob);
  await web.page.close();
  await bob.closed(undefined, 20_000);
}, { settings: { calls: { reconnect_seconds: 3 } } });
