// The web phone hands its call to somebody else: blindly with ten seconds to undo it, or after asking them.
// @ts-check
import assert from 'node:assert/strict';
import { connect, hearEachOther, hearsMusicInsteadOf } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';

/** @param {import('../peers/stage.mjs').Stage} stage */
async function talkToBob(stage) {
  const [bob, carol] = [await stage.phone('1001', { speaks: 40 }), await stage.phone('1003', { speaks: 40 })];
  const web = await stage.webPhone('1002');
  await connect(bob, web);
  await hearEachOther(web, bob);
  return { bob, carol, web };
}

scene('a transfer is undone: the other side hears music, then the talk goes on, and nobody else has rung', async (stage) => {
  const { bob, carol, web } = await talkToBob(stage);
  await web.transfer('1003');
  await hearsMusicInsteadOf(bob, web);
  await web.page.click('#undoTransferBtn');
  await web.established();
  await hearEachOther(web, bob);
  assert.ok(!carol.events.some((event) => event.type === 'CALL_INCOMING'));
});

scene('a transfer that is sent at once connects the two others, and the web phone is free', async (stage) => {
  const { bob, carol, web } = await talkToBob(stage);
  await web.transfer('1003');
  await web.page.click('#transferNowBtn');
  await carol.incoming();
  await web.callState(/^transferring$/);
  await carol.accept();
  await carol.established();
  assert.match(await web.closed('transferred'), /1001 now talks with 1003/);
  await hearEachOther(bob, carol);
  await web.idle();
});

scene('a transfer that nobody undoes is sent after ten seconds', async (stage) => {
  const { bob, carol, web } = await talkToBob(stage);
  const begin = performance.now();
  await web.transfer('1003');
  await carol.event('CALL_INCOMING', 15_000);
  const waited = performance.now() - begin;
  assert.ok(waited > 9_000, `it was sent after ${Math.round(waited)} ms`);
  await carol.accept();
  await web.closed('transferred');
  await hearEachOther(bob, carol);
});

scene('a target that is busy leaves the call, which is taken back', async (stage) => {
  const { bob, carol, web } = await talkToBob(stage);
  await web.transfer('1003');
  await web.page.click('#transferNowBtn');
  await carol.incoming();
  await carol.hangup();
  assert.match(await web.transferFailed('busy'), /1003 is busy/);
  await web.page.click('#holdResumeBtn');
  await web.established();
  await hearEachOther(web, bob);
});

scene('a number that nobody has leaves the call', async (stage) => {
  const { bob, web } = await talkToBob(stage);
  await web.transfer('7777');
  await web.page.click('#transferNowBtn');
  assert.match(await web.transferFailed('unknown-number'), /7777 does not exist/);
  await web.page.click('#holdResumeBtn');
  await web.established();
  await hearEachOther(web, bob);
});

scene('the other side hangs up while a transfer waits: nobody is called', async (stage) => {
  const { bob, carol, web } = await talkToBob(stage);
  await web.transfer('1003');
  await bob.hangup();
  await web.closed('remote-hung-up');
  assert.ok(!carol.events.some((event) => event.type === 'CALL_INCOMING'));
});

scene('somebody who has been asked first is connected with the caller', async (stage) => {
  const { bob, carol, web } = await talkToBob(stage);
  await web.page.click('#transferBtn');
  await web.page.fill('#transferNumber', '1003');
  await web.page.click('#consultBtn');
  await carol.incoming();
  await carol.accept();
  await web.line('1001', /^held$/);
  await web.established();
  await hearEachOther(web, carol);
  await hearsMusicInsteadOf(bob, web);
  await web.press('connect', '1001');
  await hearEachOther(bob, carol);
  await web.screen(/^(ended|idle)$/);
  await carol.hangup();
  await bob.closed();
});

scene('somebody who has been asked first and hangs up leaves the caller to be taken back', async (stage) => {
  const { bob, carol, web } = await talkToBob(stage);
  await web.page.click('#transferBtn');
  await web.page.fill('#transferNumber', '1003');
  await web.page.click('#consultBtn');
  await carol.incoming();
  await carol.accept();
  await web.line('1003', /^active$/);
  await carol.hangup();
  await web.line('1003', /^ended$/);
  await web.callState(/^held$/);
  await web.resume();
  await hearEachOther(web, bob);
});
