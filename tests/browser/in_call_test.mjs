// What the user can do in a call: hold, mute, digits.
// @ts-check
import assert from 'node:assert/strict';
import { kCodecs } from '../peers/baresip.mjs';
import { connect, hearEachOther, hearsMusicInsteadOf } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';

scene('the web phone holds and resumes: music for the held, silence for the holder, and both hear each other again', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002');
  await connect(web, bob);
  await hearEachOther(web, bob);
  await web.hold();
  assert.match((await web.page.locator('#callState').textContent()) ?? '', /Call Held/);
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

scene('a SIP phone holds the web phone, which hears music', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002');
  await connect(web, bob);
  await hearEachOther(web, bob);
  await bob.hold();
  await hearsMusicInsteadOf(web, bob);
  await bob.resume();
  await web.ear.forget();
  await web.ear.hears(bob.hz);
});

scene('two web phones hold each other, and resume', async (stage) => {
  const alice = await stage.webPhone('1001');
  const bob = await stage.webPhone('1002');
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
  const web = await stage.webPhone('1002');
  await connect(web, bob);
  await web.hold();
  await bob.hangup();
  await web.closed('remote-hung-up');
});

scene('while the web phone is muted the other side hears nothing of it, and afterwards it does', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002');
  await connect(web, bob);
  await hearEachOther(web, bob);
  await web.toggleMute();
  assert.equal(await web.page.locator('#muteBtn').getAttribute('aria-pressed'), 'true');
  await bob.ear.forget();
  await web.ear.forget();
  await bob.ear.listensFor(1);
  await bob.ear.assertNever(web.hz, { grace: 0.4 });
  await web.ear.hears(bob.hz);
  await web.toggleMute();
  await hearEachOther(web, bob);
});

for (const codec of [kCodecs.pcmu, kCodecs.opus]) {
  scene(`digits of the web phone arrive at a SIP phone with ${codec}`, async (stage) => {
    const bob = await stage.phone('1001', { codecs: [codec] });
    const web = await stage.webPhone('1002');
    await connect(web, bob);
    await web.sendDigits('1590*#');
    await bob.digits('1590*#');
    assert.equal(await web.page.locator('#dtmfDigits').textContent(), '1590*#');
    await hearEachOther(web, bob);
  });
}
