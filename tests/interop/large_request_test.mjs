// Requests that no datagram carries safely go over TCP to a phone that takes it, and over UDP to one that does not.
// @ts-check
import assert from 'node:assert/strict';
import { PlainPhone } from '../peers/plain_phone.mjs';
import { freePort } from '../peers/ports.mjs';
import { SipClient } from '../peers/sip_client.mjs';
import { token } from '../peers/sip_message.mjs';
import { hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';
import { tcpListener } from '../peers/wire.mjs';

/** @typedef {import('../peers/stage.mjs').Stage} Stage */

/** What makes every INVITE to the phone large: it stands in the Request-URI. */
const kLongContact = `;line=${'x'.repeat(900)}`;

/** A phone on a UDP port that TCP has free as well, not registered yet. @param {Stage} stage */
async function phone(stage) {
  return stage.plainPhone('1002', { register: false, port: await freePort() });
}

/** Registers it with a very long address. @param {PlainPhone} phone */
async function register({ client }) {
  const response = await client.register({ contact: client.contact.replace('>', `${kLongContact}>`) });
  assert.equal(response.status, 200);
}

/** @param {string} invite */
function assertLarge(invite) {
  assert.ok(invite.length > 1300, `the INVITE has only ${invite.length} bytes`);
}

scene('a large INVITE to a UDP phone comes over TCP, and the connection serves both directions', async (stage) => {
  const alice = await stage.plainPhone('1001');
  const bob = await phone(stage);
  /** @type {PlainPhone[]} */
  const connections = [];
  stage.keep(
    await tcpListener(bob.client.wire.port, (wire) => {
      connections.push(new PlainPhone(new SipClient(wire, bob.client.identity), bob.media));
    }),
  );
  await register(bob);
  const calling = alice.call('1002');
  await until('the server connects to the phone', () => connections.length > 0);
  const [overTcp] = connections;
  const invite = await overTcp.incoming();
  assertLarge(String(invite));
  assert.match(invite.header('Via') ?? '', new RegExp(`^SIP/2\\.0/TCP 127\\.0\\.0\\.1:${stage.server.ports.sip};branch=[^;]+;alias$`));
  // What is small again goes where the phone is registered: the ACK comes as a datagram.
  const toTag = token();
  const headers = { Contact: bob.client.contact, 'Content-Type': 'application/sdp' };
  overTcp.client.respond(invite, 200, 'OK', { toTag, headers, body: bob.media.sdp() });
  await bob.client.received.take('the ACK', (message) => message.method === 'ACK' && message.callId === invite.callId);
  bob.media.speakTo(invite.body);
  const call = await calling;
  await hearEachOther(alice, overTcp);
  assert.equal(bob.client.wasCalled, false, 'nothing of it came as a datagram');

  // RFC 5923: what the phone says over the server's own connection is heard and answered there.
  assert.equal((await overTcp.client.options()).status, 200);
  const bye = overTcp.client.request('BYE', invite.contactUri ?? '', { callId: invite.callId, fromTag: toTag, toTag: invite.tag('From'), cseq: 1 });
  assert.equal((await overTcp.client.transact(bye)).status, 200);
  await alice.client.received.take('the BYE', (message) => message.method === 'BYE');
  assert.equal(call.response.status, 200);

  // And the next large request takes the connection that is there.
  const again = alice.attempt('1002');
  const second = await overTcp.incoming();
  overTcp.client.respond(second, 486, 'Busy Here');
  assert.equal((await again).status, 486);
  assert.equal(connections.length, 1);
});

scene('a large INVITE to a phone that takes no TCP comes as a datagram', async (stage) => {
  const alice = await stage.plainPhone('1001');
  const bob = await phone(stage);
  await register(bob);
  const [call, invite] = await Promise.all([
    alice.call('1002'),
    bob.incoming(1500).then(async (invite) => {
      await bob.answer(invite);
      return invite;
    }),
  ]);
  assertLarge(String(invite));
  assert.match(invite.header('Via') ?? '', /^SIP\/2\.0\/UDP .*;rport/);
  await hearEachOther(alice, bob);
  await call.hangup();
  await bob.client.received.take('the BYE', (message) => message.method === 'BYE');
});
