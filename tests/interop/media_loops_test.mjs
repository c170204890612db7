// Legs that live on different media loops: consecutive calls are dealt out to the loops in turn, a transfer makes legs of two
// calls hear each other.
// @ts-check
import assert from 'node:assert/strict';
import { hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';

/** @typedef {import('../peers/stage.mjs').Stage} Stage */
/** @typedef {import('../peers/plain_phone.mjs').PlainPhone} PlainPhone */

const settings = { media: { loops: 2 } };
const kSdes = /** @type {const} */ ({ suite: 'AES_CM_128_HMAC_SHA1_80' });

/**
 * Alice talks to Bob in one call, and Carol to Alice's other phone in the next; then Alice connects the two.
 * @param {Stage} stage @param {PlainPhone} carol
 */
async function transferred(stage, carol) {
  const alice = await stage.plainPhone('1001', { register: false });
  const desk = await stage.plainPhone('1001', { hz: 1450 });
  const bob = await stage.plainPhone('1002');

  const calling = alice.call('1002');
  await bob.answer(await bob.incoming());
  const first = await calling;
  await hearEachOther(alice, bob);

  const second = carol.call('1001');
  const invite = await desk.incoming();
  const deskTag = await desk.answer(invite);
  const call = await second;
  await hearEachOther(desk, carol);

  const replaces = `${invite.callId};to-tag=${invite.tag('From')};from-tag=${deskTag}`;
  const headers = {
    Contact: alice.client.contact,
    'Refer-To': `<sip:1003@${stage.server.domain}?Replaces=${encodeURIComponent(replaces)}>`,
  };
  const accepted = await alice.client.transact(first.request('REFER', { headers }));
  assert.equal(accepted.status, 202);
  await Promise.all([alice, desk].map((phone) => phone.client.received.take('BYE', (message) => message.method === 'BYE')));
  await hearEachOther(bob, carol);
  return { bob, call };
}

scene(
  'after an attended transfer the two hear each other, wherever their calls began',
  async (stage) => {
    const { bob, call } = await transferred(stage, await stage.plainPhone('1003'));
    await call.hangup();
    await bob.client.received.take('BYE', (message) => message.method === 'BYE');
  },
  { settings },
);

scene(
  'so they do if one of them is encrypted, and digits pass as well',
  async (stage) => {
    const carol = await stage.plainPhone('1003', { encryption: kSdes });
    const { bob, call } = await transferred(stage, carol);
    await carol.media.sendDigits('42#');
    await until('Bob gets 42#', () => bob.media.digits === '42#', { otherwise: () => bob.media.digits });
    await bob.media.sendDigits('7');
    await until('Carol gets 7', () => carol.media.digits === '7', { otherwise: () => carol.media.digits });
    await call.hangup();
  },
  { settings },
);

scene(
  'who holds and resumes after the transfer is heard again',
  async (stage) => {
    const carol = await stage.plainPhone('1003');
    const { bob, call } = await transferred(stage, carol);
    assert.equal((await call.offer({ direction: 'sendonly' })).status, 200);
    await bob.ear.forget();
    await bob.ear.hearsOtherThan([bob.hz, carol.hz], { seconds: 1 });
    assert.equal((await call.offer({})).status, 200);
    await hearEachOther(bob, carol);
    await call.hangup();
  },
  { settings },
);
