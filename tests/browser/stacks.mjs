// What every browser can do with the server, whichever SIP stack its page is made with.
// @ts-check
import { kCodecs } from '../peers/baresip.mjs';
import { connect, hearEachOther, hearsMusicInsteadOf } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';

/** @typedef {import('../peers/stage.mjs').Stage} Stage */
/** @typedef {import('../peers/web_phone.mjs').WebPhone | import('../peers/jssip_phone.mjs').JsSipPhone} BrowserPhone */
/** @typedef {(stage: Stage, extension: string) => Promise<BrowserPhone>} Opens a phone that is signed in */

/**
 * Calls: each side hears the other's tone.
 * @param {string} name of the phone in the names of the tests
 * @param {Opens} browserPhone
 */
export function calls(name, browserPhone) {
  for (const codec of [kCodecs.pcmu, kCodecs.opus, kCodecs.g722]) {
    scene(`${name} calls a SIP phone with ${codec}`, async (stage) => {
      const bob = await stage.phone('1001', { codecs: [codec] });
      const web = await browserPhone(stage, '1002');
      await connect(web, bob);
      await hearEachOther(web, bob);
      await web.hangup();
      await bob.closed();
      await web.closed('hung-up');
      await web.idle();
    });
  }

  for (const transport of /** @type {const} */ (['udp', 'tcp'])) {
    scene(`a SIP phone on ${transport} calls ${name}`, async (stage) => {
      const bob = await stage.phone('1001', { transport });
      const web = await browserPhone(stage, '1002');
      await connect(bob, web);
      await hearEachOther(bob, web);
      await bob.hangup();
      await web.closed('remote-hung-up');
      await bob.idle();
    });
  }

  scene(`two of ${name} call each other`, async (stage) => {
    const alice = await browserPhone(stage, '1001');
    const bob = await browserPhone(stage, '1002');
    await connect(alice, bob);
    await hearEachOther(alice, bob);
    await bob.hangup();
    await alice.closed('remote-hung-up');
    await bob.idle();
    await alice.idle();
    await connect(bob, alice);
    await hearEachOther(alice, bob);
    await bob.hangup();
    await alice.closed('remote-hung-up');
  });

  scene(`9196 sends ${name} back what it says`, async (stage) => {
    const web = await browserPhone(stage, '1002');
    await web.dial('9196');
    await web.established();
    await web.ear.hears(web.hz);
    await web.hangup();
    await web.closed('hung-up');
  });

  scene('a second call follows the first', async (stage) => {
    const bob = await stage.phone('1001');
    const web = await browserPhone(stage, '1002');
    for (let round = 0; round < 2; ++round) {
      await connect(web, bob);
      await hearEachOther(web, bob);
      await bob.hangup();
      await web.closed('remote-hung-up');
      await web.idle();
    }
  });

  scene('the caller hears ringback while the far end rings, and not after the answer', async (stage) => {
    const bob = await stage.phone('1001');
    const web = await browserPhone(stage, '1002');
    await web.dial('1001');
    await bob.incoming();
    await web.callState(/^early-media$/);
    await web.ear.hearsOtherThan([bob.hz, web.hz]);
    await bob.accept();
    await web.established();
    await hearEachOther(web, bob);
  });
}

/**
 * What the user can do in a call: hold, mute, digits.
 * @param {string} name
 * @param {Opens} browserPhone
 */
export function inCall(name, browserPhone) {
  scene(`${name} holds and resumes: music for the held, silence for the holder, and both hear each other again`, async (stage) => {
    const bob = await stage.phone('1001');
    const web = await browserPhone(stage, '1002');
    await connect(web, bob);
    await hearEachOther(web, bob);
    await web.hold();
    await web.ear.forget();
    await hearsMusicInsteadOf(bob, web);
    await web.ear.listensFor(1);
    await web.ear.assertNever(bob.hz, { grace: 0.4 });
    await web.resume();
    await hearEachOther(web, bob);
    await web.hold();
    await hearsMusicInsteadOf(bob, web);
    await web.resume();
    await hearEachOther(web, bob);
  });

  scene(`a SIP phone holds ${name}, which hears music`, async (stage) => {
    const bob = await stage.phone('1001');
    const web = await browserPhone(stage, '1002');
    await connect(web, bob);
    await hearEachOther(web, bob);
    await bob.hold();
    await hearsMusicInsteadOf(web, bob);
    await bob.resume();
    await web.ear.forget();
    await web.ear.hears(bob.hz);
  });

  scene(`two of ${name} hold each other, and resume`, async (stage) => {
    const alice = await browserPhone(stage, '1001');
    const bob = await browserPhone(stage, '1002');
    await connect(alice, bob);
    await alice.hold();
    await hearsMusicInsteadOf(bob, alice);
    await bob.hold();
    await bob.resume();
    await alice.resume();
    await hearEachOther(alice, bob);
  });

  scene('the held side hangs up', async (stage) => {
    const bob = await stage.phone('1001');
    const web = await browserPhone(stage, '1002');
    await connect(web, bob);
    await web.hold();
    await bob.hangup();
    await web.closed('remote-hung-up');
  });

  scene(`while ${name} is muted the other side hears nothing of it, and afterwards it does`, async (stage) => {
    const bob = await stage.phone('1001');
    const web = await browserPhone(stage, '1002');
    await connect(web, bob);
    await hearEachOther(web, bob);
    await web.toggleMute();
    await bob.ear.forget();
    await web.ear.forget();
    await bob.ear.listensFor(1);
    await bob.ear.assertNever(web.hz, { grace: 0.4 });
    await web.ear.hears(bob.hz);
    await web.toggleMute();
    await hearEachOther(web, bob);
  });

  for (const codec of [kCodecs.pcmu, kCodecs.opus]) {
    scene(`digits of ${name} arrive at a SIP phone with ${codec}`, async (stage) => {
      const bob = await stage.phone('1001', { codecs: [codec] });
      const web = await browserPhone(stage, '1002');
      await connect(web, bob);
      await web.sendDigits('1590*#');
      await bob.digits('1590*#');
      await hearEachOther(web, bob);
    });
  }
}
