// Several calls of the web phone at once: who is heard, who waits with music, and three in one talk.
// @ts-check
import assert from 'node:assert/strict';
import { allHearEachOther, connect, doesNotHear, hearEachOther, hearsMusicInsteadOf } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';

/** @typedef {import('../peers/stage.mjs').Stage} Stage */

/** The web phone talks to Bob. @param {Stage} stage */
async function talkToBob(stage) {
  const [bob, carol] = [await stage.phone('1001', { speaks: 40 }), await stage.phone('1003', { speaks: 40 })];
  const web = await stage.webPhone('1002');
  await connect(web, bob);
  await hearEachOther(web, bob);
  return { bob, carol, web };
}

/** The web phone calls Carol as well. @param {Stage} stage */
async function talkToBoth(stage) {
  const talk = await talkToBob(stage);
  const { carol, web } = talk;
  await web.dial('1003');
  await carol.incoming();
  await carol.accept();
  await carol.established();
  await web.established();
  return talk;
}

scene('a second caller rings while the talk goes on, is answered, and the two are swapped', async (stage) => {
  const { bob, carol, web } = await talkToBob(stage);
  await carol.dial('1002');
  await web.line('1003', /^incoming$/);
  await hearEachOther(web, bob);
  await web.press('answer', '1003');
  await carol.established();
  await web.line('1001', /^held$/);
  await hearEachOther(web, carol);
  await hearsMusicInsteadOf(bob, web);
  await web.switchTo('1001');
  await hearEachOther(web, bob);
  await hearsMusicInsteadOf(carol, web);
  await doesNotHear(web, carol);
  await web.page.click('#swapBtn');
  await web.line('1001', /^held$/);
  await hearEachOther(web, carol);
});

scene('a second caller hears busy by a press, and the talk goes on', async (stage) => {
  const { bob, carol, web } = await talkToBob(stage);
  await carol.dial('1002');
  await web.line('1003', /^incoming$/);
  await web.press('busy', '1003');
  await carol.closed(/486/);
  await hearEachOther(web, bob);
});

scene('dialling another puts the talk on hold, and it is taken up again when the other hangs up', async (stage) => {
  const { bob, carol, web } = await talkToBoth(stage);
  await hearEachOther(web, carol);
  await hearsMusicInsteadOf(bob, web);
  await carol.hangup();
  await web.line('1003', /^ended$/);
  await web.callState(/^held$/);
  await web.resume();
  await hearEachOther(web, bob);
  await web.hangup();
  await bob.closed();
});

scene('three talk with each other, are split, and two go on when one leaves', async (stage) => {
  const { bob, carol, web } = await talkToBoth(stage);
  await web.press('merge', '1001');
  await web.line('1001', /^active$/);
  await allHearEachOther(web, bob, carol);
  await web.page.click('#splitBtn');
  await web.line('1001', /^held$/);
  await hearEachOther(web, carol);
  await hearsMusicInsteadOf(bob, web);
  await doesNotHear(carol, bob);
  await web.press('merge', '1001');
  await allHearEachOther(web, bob, carol);
  await carol.hangup();
  await web.line('1003', /^ended$/);
  await hearEachOther(web, bob);
});

scene('whoever is muted in a talk of three is not heard by the one, and the far ends go on', async (stage) => {
  const { bob, carol, web } = await talkToBoth(stage);
  await web.press('merge', '1001');
  await web.line('1001', /^active$/);
  await allHearEachOther(web, bob, carol);
  await web.toggleMute();
  await doesNotHear(carol, web);
  await hearEachOther(bob, carol);
});

scene('do not disturb tells callers that the phone is busy, also after a reload', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002');
  await web.page.check('#doNotDisturb');
  await bob.dial('1002');
  await bob.closed(/486/);
  await web.page.reload();
  await web.signedInAgain();
  await web.page.waitForSelector('#doNotDisturbOn');
  await bob.dial('1002');
  await bob.closed(/486/);
  await web.page.uncheck('#doNotDisturb');
  await connect(bob, web);
});

scene('a dial link calls when the user agrees, and not before', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002', { url: `${stage.server.url}?dial=tel:10-01` });
  await web.page.waitForSelector('#dialRequest[open]');
  assert.equal(await web.page.locator('#dialRequestTitle').getAttribute('data-number'), '1001');
  assert.equal(new URL(web.page.url()).search, '');
  await web.page.keyboard.press('Escape');
  await web.page.waitForSelector('#dialRequest', { state: 'detached' });
  await web.screen(/^idle$/);
  await web.page.goto(`${stage.server.url}?dial=1001`);
  await web.signedInAgain();
  await web.page.click('#dialRequestCallBtn');
  await bob.incoming();
  await web.ringing();
  assert.equal(bob.events.some((event) => event.type === 'CALL_CLOSED'), false);
});

scene('a number that was dialled is dialled again with two presses', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002');
  await connect(web, bob);
  await web.hangup();
  await bob.closed();
  await web.idle();
  await web.page.click('#newCallBtn');
  await web.page.click('#redialBtn');
  await bob.incoming();
});
