// Digits of the keypad arrive at the other side, each once, also when payload type or clock differ.
// @ts-check
import assert from 'node:assert/strict';
import { kCodecs } from '../peers/baresip.mjs';
import { until } from '../peers/until.mjs';
import { connect, disconnect, hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';

const { pcmu, opus } = kCodecs;
for (const [calling, called] of [
  [pcmu, pcmu],
  [opus, pcmu],
  [pcmu, opus],
]) {
  scene(`digits go both ways between ${calling} and ${called}`, async (stage) => {
    const alice = await stage.phone('1001', { codecs: [calling] });
    const bob = await stage.phone('1002', { codecs: [called] });
    await connect(alice, bob);
    await alice.sendDigits('1590*#');
    await bob.digits('1590*#');
    await bob.sendDigits('2468');
    await alice.digits('2468');
    await disconnect(alice, bob);
  });
}

scene('digits arrive as events of the payload type that the phone has offered', async (stage) => {
  const alice = await stage.plainPhone('1001');
  const bob = await stage.phone('1002', { answer: 'auto' });
  const call = await alice.call('1002');
  await alice.media.sendDigits('42#');
  await bob.digits('42#');
  await bob.sendDigits('7*');
  await until('the plain phone gets 7*', () => alice.media.digits === '7*', { otherwise: () => alice.media.digits });
  await call.hangup();
});

const kWithoutEvents = { formats: ['0'], attributes: ['rtpmap:0 PCMU/8000', 'ptime:20'] };

/**
 * Alice knows RFC 4733; Bob, who takes INFO, knows it only if `events`.
 * @param {import('../peers/stage.mjs').Stage} stage @param {{events: boolean}} bobs
 */
async function plainPhonesInACall(stage, { events }) {
  const alice = await stage.plainPhone('1001');
  const bob = await stage.plainPhone('1002');
  bob.takeInfo();
  const calling = alice.call('1002');
  const invite = await bob.incoming();
  const tag = await bob.answer(invite, { description: events ? {} : kWithoutEvents });
  return { alice, bob, alicesCall: await calling, bobsCall: bob.callOf(invite, tag) };
}

/** @param {() => string} heard @param {string} digits @param {string} who */
async function gets(who, heard, digits) {
  await until(`${who} gets ${digits}`, () => heard().length >= digits.length, { otherwise: heard });
  assert.equal(heard(), digits);
}

scene('events reach a phone without events by INFO, and its INFOs come back as events, each once', async (stage) => {
  const { alice, bob, alicesCall, bobsCall } = await plainPhonesInACall(stage, { events: false });
  await alice.media.sendDigits('1590*#');
  await gets('Bob', () => bob.digitsByInfo, '1590*#');
  for (const digit of '2468#') assert.equal((await bobsCall.sendInfo(digit)).status, 200);
  await gets('Alice', () => alice.media.digits, '2468#');
  await hearEachOther(alice, bob);
  assert.equal(bob.digitsByInfo, '1590*#', 'nothing came twice');
  assert.equal(bob.media.digits, '');
  assert.equal(alice.media.digits, '2468#');
  assert.equal((await alicesCall.hangup()).status, 200);
});

for (const events of [true, false]) {
  scene(`INFO reaches a phone that ${events ? 'knows events as an event' : 'knows none as INFO'}`, async (stage) => {
    const { bob, alicesCall } = await plainPhonesInACall(stage, { events });
    for (const digit of '73*') assert.equal((await alicesCall.sendInfo(digit, 100)).status, 200);
    await gets('Bob', () => (events ? bob.media.digits : bob.digitsByInfo), '73*');
    await alicesCall.hangup();
    assert.equal(events ? bob.digitsByInfo : bob.media.digits, '', 'not in both ways');
  });
}

scene('a digit that a phone tells by an event and by INFO arrives once', async (stage) => {
  const { alice, bob, alicesCall } = await plainPhonesInACall(stage, { events: true });
  for (const digit of '557') {
    await alice.media.sendDigits(digit);
    assert.equal((await alicesCall.sendInfo(digit)).status, 200);
  }
  await gets('Bob', () => bob.media.digits, '557');
  await hearEachOther(alice, bob);
  assert.equal(bob.media.digits, '557');
  assert.equal(bob.digitsByInfo, '');
  await alicesCall.hangup();
});

scene('INFO of a plain phone is an event for baresip, whatever its clock', async (stage) => {
  const alice = await stage.plainPhone('1001');
  const bob = await stage.phone('1002', { answer: 'auto', codecs: [pcmu] });
  const carol = await stage.phone('1003', { answer: 'auto', codecs: [opus] });
  for (const phone of [bob, carol]) {
    const call = await alice.call(phone.extension);
    for (const digit of '31#') assert.equal((await call.sendInfo(digit)).status, 200);
    await phone.digits('31#');
    await call.hangup();
    await phone.closed();
  }
});

scene('an INFO that cannot be read is refused, and the call goes on', async (stage) => {
  const { alice, bob, alicesCall } = await plainPhonesInACall(stage, { events: true });
  for (const { type, body, status } of [
    { type: 'application/dtmf-relay', body: 'Signal=\r\n', status: 400 },
    { type: 'application/dtmf', body: 'A fifth of the way', status: 400 },
    { type: 'application/x-unknown', body: '5', status: 415 },
    { type: 'application/dtmf', body: '5', status: 200 },
  ]) {
    const info = alicesCall.request('INFO', { headers: { 'Content-Type': type }, body });
    assert.equal((await alice.client.transact(info)).status, status, body);
  }
  await gets('Bob', () => bob.media.digits, '5');
  await hearEachOther(alice, bob);
  await alicesCall.hangup();
});
