// Somebody is signed in in two browsers: the call goes from one to the other by one click.
// @ts-check
import assert from 'node:assert/strict';
import { connect, hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';
import { sounds } from '../peers/tone.mjs';
import { until } from '../peers/until.mjs';

/** @typedef {import('../peers/web_phone.mjs').WebPhone} WebPhone */

/** The voice of the second browser: other than that of the first, which has the same extension. */
const kOtherVoice = 1210;

/** @param {WebPhone} web @param {string} number @param {boolean} offered */
async function offers(web, number, offered) {
  const offer = web.page.locator(`#otherCalls [data-number="${number}"]`);
  await until(`web phone ${web.extension} ${offered ? 'offers' : 'no longer offers'} the call with ${number}`, async () => {
    return ((await offer.count()) > 0) === offered;
  });
}

/**
 * How long one hears neither of two voices, between the last of the one and the first of the other.
 * @param {import('../peers/ear.mjs').Ear} ear
 * @param {number} before
 * @param {number} after
 */
async function gapMs(ear, before, after) {
  const windows = await ear.since([before, after]);
  const first = windows.findIndex((window) => sounds(window, after));
  const last = windows.slice(0, first).findLastIndex((window) => sounds(window, before));
  assert.ok(first >= 0 && last >= 0, 'both voices were heard');
  return (first - last - 1) * 20;
}

for (const called of [false, true]) {
  scene(`a call ${called ? 'to' : 'of'} one browser moves to another and back`, async (stage) => {
    const bob = await stage.phone('1001', { speaks: 60 });
    const first = await stage.webPhone('1002');
    const second = await stage.openWebPhone('1002', { hz: kOtherVoice });
    if (called) {
      // The caller must not find two phones that ring.
      await connect(bob, first);
      await second.signIn();
    } else {
      await second.signIn();
      await connect(first, bob);
    }
    await hearEachOther(first, bob);
    await offers(second, '1001', true);
    await offers(first, '1001', false);

    await bob.ear.forget();
    await bob.ear.hears(first.hz);
    const begin = performance.now();
    await second.page.click('#otherCalls [data-action=move-here]');
    await second.established();
    const established = performance.now() - begin;
    await bob.ear.hears(second.hz);
    const gap = await gapMs(bob.ear, first.hz, second.hz);
    console.log(`moved: talking ${established.toFixed(0)} ms after the click, the other side missed ${gap} ms of voice`);
    assert.ok(gap < 1500, `the other side missed ${gap} ms`);
    await hearEachOther(second, bob);
    assert.equal(await second.page.locator('#callPeer').getAttribute('data-number'), '1001');

    await first.closed('moved');
    assert.match((await first.page.locator('#endedReason').textContent()) ?? '', /on another device/);
    await first.idle();
    await offers(second, '1001', false);
    await offers(first, '1001', true);

    await first.page.click('#otherCalls [data-action=move-here]');
    await first.established();
    await hearEachOther(first, bob);
    await second.closed('moved');
    await first.hangup();
    await bob.closed();
    await offers(second, '1001', false);
  });
}

scene('a call on a desk phone moves to the browser', async (stage) => {
  const bob = await stage.phone('1001', { speaks: 60 });
  const desk = await stage.phone('1002', { hz: kOtherVoice, speaks: 60 });
  const web = await stage.webPhone('1002');
  await desk.dial('1001');
  await bob.incoming();
  await bob.accept();
  await desk.established();
  await hearEachOther(desk, bob);
  await offers(web, '1001', true);
  await web.page.click('#otherCalls [data-action=move-here]');
  await web.established();
  await hearEachOther(web, bob);
  await desk.closed();
  await web.hangup();
  await bob.closed();
});
