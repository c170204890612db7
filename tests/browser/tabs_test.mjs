// Several tabs of one browser are one phone: it is registered once, any tab has its buttons, and it outlives its tab.
// @ts-check
import assert from 'node:assert/strict';
import { connect, hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';
import { openPage } from '../peers/web_pages.mjs';

/** @typedef {import('../peers/web_phone.mjs').WebPhone} WebPhone */
/** @typedef {import('../peers/baresip.mjs').Baresip} Baresip */

/** @param {WebPhone} tab @param {boolean} elsewhere */
async function phoneIsElsewhere(tab, elsewhere) {
  const notice = tab.page.locator('#otherTab');
  await until(`the tab ${elsewhere ? 'says' : 'no longer says'} that the phone is in another`, async () => {
    return (await notice.count()) > 0 === elsewhere;
  });
}

/** @param {import('../peers/stage.mjs').Stage} stage */
async function twoTabs(stage) {
  const first = await stage.webPhone('1002');
  const second = await first.openTab();
  await second.signedInAgain();
  await phoneIsElsewhere(second, true);
  await phoneIsElsewhere(first, false);
  return { first, second };
}

/**
 * The call goes on in this tab.
 * @param {WebPhone} tab
 * @param {Baresip} bob
 * @param {string} what
 * @param {() => Promise<unknown>} happens
 */
async function goesOnIn(tab, bob, what, happens) {
  await bob.ear.forget();
  const begin = performance.now();
  await happens();
  await phoneIsElsewhere(tab, false);
  await tab.established();
  await Promise.all([bob.ear.hears(tab.hz), tab.ear.hears(bob.hz)]);
  console.log(`${what}: both voices recognized in the other tab after ${(performance.now() - begin).toFixed(0)} ms`);
  await hearEachOther(tab, bob);
  assert.equal(await tab.page.locator('#callPeer').getAttribute('data-number'), bob.extension);
}

scene('two tabs are one phone, and both have its buttons', async (stage) => {
  const bob = await stage.phone('1001', { speaks: 60 });
  const { first, second } = await twoTabs(stage);

  await bob.dial('1002');
  await Promise.all([first.incoming(), second.incoming()]);
  await second.accept();
  await Promise.all([first.established(), second.established(), bob.established()]);
  await hearEachOther(first, bob);
  await second.hold();
  await first.callState(/^held$/);
  await first.resume();
  await second.established();
  await hearEachOther(first, bob);
  await second.toggleMute();
  await first.page.locator('#muteBtn[aria-pressed=true]').waitFor();
  await second.hangup();
  await bob.closed();
  await first.idle();
  await second.screen(/^idle$/);

  await second.dial('1001');
  await bob.incoming();
  await Promise.all([first.ringing(), second.ringing()]);
  await bob.accept();
  await second.established();
  await hearEachOther(first, bob);
  await first.hangup();
  await bob.closed();
});

scene('the phone goes on in the other tab when its own is closed, loaded anew or crashes', async (stage) => {
  const bob = await stage.phone('1001', { speaks: 60 });
  const { first, second } = await twoTabs(stage);
  await connect(first, bob);
  await hearEachOther(first, bob);
  await goesOnIn(second, bob, 'tab closed', () => first.page.close());

  const third = await second.openTab();
  await third.signedInAgain();
  await third.established();
  await goesOnIn(third, bob, 'tab loaded anew', () => second.page.reload());
  await second.signedInAgain();
  await phoneIsElsewhere(second, true);
  await second.established();

  await goesOnIn(second, bob, 'tab crashed', async () => {
    const gone = third.page.waitForEvent('crash');
    third.page.goto('chrome://crash').catch(() => {});
    await gone;
  });
  await second.hangup();
  await bob.closed();
});

scene('the phone and its call come to the tab that asks for them', async (stage) => {
  const bob = await stage.phone('1001', { speaks: 60 });
  const { first, second } = await twoTabs(stage);
  await connect(bob, first);
  await goesOnIn(second, bob, 'brought here', () => second.page.click('#bringHereBtn'));
  await phoneIsElsewhere(first, true);
  await first.established();
  await goesOnIn(first, bob, 'and back', () => first.page.click('#bringHereBtn'));
  await bob.hangup();
  await Promise.all([first.closed('remote-hung-up'), second.closed('remote-hung-up')]);
});

scene('tabs sign in and out together, and write and read the same texts', async (stage) => {
  const bob = await stage.client('udp', { user: '1001' });
  bob.answers.add('MESSAGE');
  await bob.register();
  const { first, second } = await twoTabs(stage);
  for (const tab of [first, second]) {
    await openPage(tab, 'messages');
    await tab.page.fill('#messageNumber', '1001');
    await tab.page.press('#messageNumber', 'Enter');
  }
  await second.page.fill('#messageText', 'from the second tab');
  await second.page.press('#messageText', 'Enter');
  assert.equal((await bob.message()).body, 'from the second tab');
  assert.equal((await bob.write('1002', 'to both')).status, 200);
  for (const tab of [first, second]) {
    await tab.page.locator('[data-direction=outgoing][data-delivery=delivered]').waitFor();
    await tab.page.locator('[data-direction=incoming]').waitFor();
    assert.deepEqual(await tab.page.locator('.message-text').allTextContents(), ['from the second tab', 'to both']);
  }

  await openPage(second, 'phone');
  await second.signOut();
  await first.screen(/^sign-in$/);
  await second.signIn();
  await first.registered();
  await phoneIsElsewhere(first, true);
});
