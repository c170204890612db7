// sipp as an exacting phone: each scenario checks the answers header by header, and somebody listens to the audio.
// @ts-check
import assert from 'node:assert/strict';
import { hearEachOther } from '../peers/situations.mjs';
import { kVoiceOfSipp } from '../peers/sipp.mjs';
import { scene } from '../peers/stage.mjs';

/** @typedef {import('../peers/stage.mjs').Stage} Stage */

/**
 * sipp as the phone of 1002.
 * @param {Stage} stage
 * @param {string} scenario
 * @param {number} [calls] that it takes; the NOTIFY after the registration is one
 */
async function sippPhone(stage, scenario, calls = 2) {
  const callee = await stage.sipp(scenario, { extension: '1002', calls });
  // The binding points to sipp's port; who registered it does not matter.
  const registrar = await stage.client('udp', { user: '1002' });
  assert.equal((await registrar.register({ contact: `<sip:sipp@127.0.0.1:${callee.port}>` })).status, 200);
  return callee;
}

/** So short that a refresh comes within a test; RFC 4028 asks for 90 seconds at least. */
const kShortSessions = { settings: { calls: { session_expires: 4, session_minimum: 4 } } };

scene('a caller that requires reliable ringing acknowledges it by PRACK (RFC 3262)', async (stage) => {
  const bob = await stage.phone('1002');
  const caller = await stage.sipp('prack_caller', { to: '1002' });
  await bob.incoming();
  await bob.accept();
  await bob.ear.hears(kVoiceOfSipp);
  await caller.succeeds();
  await bob.closed();
});

for (const [what, scenario] of [
  ['early media', 'prack_callee'],
  ['ringing', 'prack_callee_plain'],
]) {
  scene(`reliable ${what} of a called phone is acknowledged by PRACK`, async (stage) => {
    const callee = await sippPhone(stage, scenario);
    const alice = await stage.phone('1001');
    await alice.dial('1002');
    await alice.established();
    await alice.ear.hears(kVoiceOfSipp);
    await alice.hangup();
    await callee.succeeds();
  });
}

scene('a caller changes its session by UPDATE, while it rings and later (RFC 3311); so does the called phone', async (stage) => {
  const callee = await sippPhone(stage, 'prack_callee');
  const caller = await stage.sipp('update_caller', { to: '1002' });
  await caller.succeeds();
  await callee.succeeds();
});

scene('a session that is too short is refused with 422, and one of 90 seconds is kept by the caller (RFC 4028)', async (stage) => {
  const bob = await stage.phone('1002', { answer: 'auto' });
  const caller = await stage.sipp('session_timer_caller', { to: '1002' });
  await bob.ear.hears(kVoiceOfSipp);
  await caller.succeeds();
  await bob.closed();
});

scene('a called phone gets the longer session that it asks for with 422', async (stage) => {
  const callee = await sippPhone(stage, 'session_timer_callee');
  const alice = await stage.phone('1001');
  await alice.dial('1002');
  await alice.established();
  await alice.ear.hears(kVoiceOfSipp);
  await alice.hangup();
  await callee.succeeds();
});

for (const [how, scenario] of [
  ['refreshed by UPDATE', 'refreshed_callee'],
  ['refreshed by re-INVITE where the phone knows no UPDATE', 'reinvited_callee'],
  ['probed by OPTIONS where the phone knows no session timer', 'probed_callee'],
]) {
  scene(
    `a session is ${how}, and the audio goes on`,
    async (stage) => {
      const callee = await sippPhone(stage, scenario);
      const alice = await stage.phone('1001');
      await alice.dial('1002');
      await alice.established();
      await alice.ear.hears(kVoiceOfSipp, { seconds: 5, within: 12_000 });
      await alice.hangup();
      await callee.succeeds();
    },
    kShortSessions,
  );
}

scene(
  'a call whose phone does not refresh it as promised is ended',
  async (stage) => {
    const callee = await sippPhone(stage, 'silent_callee');
    const alice = await stage.phone('1001');
    await alice.dial('1002');
    await alice.established();
    await callee.succeeds();
    await alice.closed();
  },
  kShortSessions,
);

scene('a caller leaves the offer to the server, in the INVITE and in a re-INVITE', async (stage) => {
  const bob = await stage.phone('1002', { answer: 'auto' });
  const caller = await stage.sipp('late_offer_caller', { to: '1002' });
  await bob.ear.hears(kVoiceOfSipp, { seconds: 2 });
  await caller.succeeds();
  await bob.closed();
});

scene('a called phone asks for an offer by re-INVITE', async (stage) => {
  const callee = await sippPhone(stage, 'late_offer_callee');
  const alice = await stage.phone('1001');
  await alice.dial('1002');
  await alice.established();
  await alice.ear.hears(kVoiceOfSipp, { seconds: 2 });
  await alice.hangup();
  await callee.succeeds();
});

scene('sipp puts two phones together that it talks to: REFER with Replaces (RFC 3891)', async (stage) => {
  const bob = await stage.phone('1002', { answer: 'auto' });
  const carol = await stage.phone('1003', { answer: 'auto' });
  const consult = await stage.sipp('consult', { to: '1003' });
  const [, dialog] = await consult.says(/(\S+;to-tag=\S+;from-tag=\S+)/);
  const referTo = `sip:1003@127.0.0.1:${stage.server.ports.sip}?Replaces=${encodeURIComponent(dialog)}`;
  const transfer = await stage.sipp('transfer', { to: '1002', users: [['1001', stage.server.accounts['1001'], referTo]] });
  await Promise.all([consult.succeeds(), transfer.succeeds()]);
  await hearEachOther(bob, carol);
  await bob.hangup();
  await carol.closed();
});

scene('sipp sends the phone that it talks to on to a third one: REFER', async (stage) => {
  const bob = await stage.phone('1002', { answer: 'auto' });
  const carol = await stage.phone('1003', { answer: 'auto' });
  const referTo = `sip:1003@127.0.0.1:${stage.server.ports.sip}`;
  const transfer = await stage.sipp('transfer', { to: '1002', users: [['1001', stage.server.accounts['1001'], referTo]] });
  await transfer.succeeds();
  await hearEachOther(bob, carol);
  await carol.hangup();
  await bob.closed();
});
