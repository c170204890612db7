// Hold and resume: the held side hears music and not the holder, and afterwards both hear each other again.
// @ts-check
import assert from 'node:assert/strict';
import { kCodecs } from '../peers/baresip.mjs';
import { connect, disconnect, hearEachOther, hearsMusicInsteadOf } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';

for (const codec of [kCodecs.pcmu, kCodecs.opus]) {
  scene(`the caller holds and resumes, with ${codec}`, async (stage) => {
    const alice = await stage.phone('1001', { codecs: [codec] });
    const bob = await stage.phone('1002', { codecs: [codec] });
    await connect(alice, bob);
    await hearEachOther(alice, bob);
    await alice.hold();
    await hearsMusicInsteadOf(bob, alice);
    await alice.resume();
    await bob.ear.forget();
    await bob.ear.hears(alice.hz);
    await disconnect(alice, bob);
  });
}

scene('the called phone holds and resumes', async (stage) => {
  const alice = await stage.phone('1001');
  const bob = await stage.phone('1002');
  await connect(alice, bob);
  await bob.hold();
  await hearsMusicInsteadOf(alice, bob);
  await bob.resume();
  await alice.ear.forget();
  await alice.ear.hears(bob.hz);
  await disconnect(bob, alice);
});

scene('the held side hangs up', async (stage) => {
  const alice = await stage.phone('1001');
  const bob = await stage.phone('1002');
  await connect(alice, bob);
  await alice.hold();
  await hearsMusicInsteadOf(bob, alice);
  await disconnect(bob, alice);
});

// baresip's recorder does not survive a hold of its own, so that what the holder hears is proved with a phone of our own.
const holds = /** @type {const} */ ([
  { name: 'sendonly', description: { direction: 'sendonly' }, answer: /^a=(recvonly|inactive)\r?$/m },
  { name: 'inactive', description: { direction: 'inactive' }, answer: /^a=inactive\r?$/m },
  { name: 'the address 0.0.0.0', description: { address: '0.0.0.0' }, answer: /^m=audio [1-9]/m },
]);
for (const { name, description, answer } of holds) {
  scene(`a hold by ${name} is answered, the holder hears nothing of the held, and both hear each other afterwards`, async (stage) => {
    const alice = await stage.plainPhone('1001');
    const bob = await stage.phone('1002', { answer: 'auto' });
    const call = await alice.call('1002');
    await hearEachOther(alice, bob);
    const before = call.response.body;

    const held = await call.offer(description);
    assert.equal(held.status, 200);
    assert.match(held.body, answer);
    assert.equal(origin(held.body).session, origin(before).session);
    assert.equal(origin(held.body).version, origin(before).version + 1n, 'every changed description has the next version');
    await alice.ear.forget();
    await hearsMusicInsteadOf(bob, alice);
    await alice.ear.assertNever(bob.hz);

    const resumed = await call.offer({ direction: 'sendrecv' });
    assert.equal(resumed.status, 200);
    assert.doesNotMatch(resumed.body, /^a=(recvonly|sendonly|inactive)/m);
    await hearEachOther(alice, bob);
    assert.equal((await call.hangup()).status, 200);
    await bob.closed();
  });
}

/** The session and its version in the o= line (RFC 8866 section 5.2). @param {string} sdp */
function origin(sdp) {
  const [, session, version] = /^o=\S+ (\d+) (\d+) /m.exec(sdp) ?? [];
  assert.ok(session, `no o= line in\n${sdp}`);
  return { session, version: BigInt(version) };
}
