// The torture messages of RFC 4475 and RFC 5118 (tests/fixtures/torture) on every wire: each gets its answer, and the server
// goes on. None of them comes with credentials; what is served gets a challenge.
// @ts-check
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { SipClient } from '../peers/sip_client.mjs';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';
import { tcpWire, udpWire, webSocketWire } from '../peers/wire.mjs';

const kFixtures = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../fixtures/torture');
const kTransports = /** @type {const} */ (['udp', 'tcp', 'ws']);
/** A loopback address of this process alone: the ports of the messages' Vias are there for it. */
const kOwnAddress = `127.77.${(process.pid >> 8) & 0xff}.${process.pid & 0xff || 1}`;

/** @typedef {import('../peers/stage.mjs').Stage} Stage */
/** @typedef {typeof kTransports[number]} Transport */
/**
 * What a message leads to. `closed`: the server ends the connection. `waits`: it waits for the rest of the message.
 * @typedef {{statuses: number[], closed?: boolean, waits?: boolean}} Outcome
 */

/** @param {...number} statuses @returns {Outcome} */
const answered = (...statuses) => ({ statuses });
/** @param {...number} statuses @returns {Outcome} */
const answeredAndClosed = (...statuses) => ({ statuses, closed: true });
const kSilence = answered();
const kMalformedStream = { udp: answered(400), tcp: answeredAndClosed(400), ws: answered(400) };

/** The same on every wire, or what differs. @type {Record<string, Outcome | Record<Transport, Outcome>>} */
const kRfc4475 = {
  wsinv: answered(403),
  intmeth: answered(501),
  esc01: answered(407),
  escnull: answered(401),
  esc02: answered(501),
  lwsdisp: answered(200),
  longreq: answered(407),
  // The second request is one where there is a stream; what then follows its body is none.
  dblreq: { udp: answered(401), tcp: answeredAndClosed(401, 407), ws: answered(401) },
  semiuri: answered(200),
  transports: answered(200),
  mpart01: answered(401),
  unreason: kSilence,
  noreason: kSilence,
  badinv01: answered(400),
  clerr: { udp: answered(400), tcp: { statuses: [], waits: true }, ws: answered(400) },
  ncl: kMalformedStream,
  scalar02: answered(400),
  scalarlg: kSilence,
  quotbal: answered(400),
  ltgtruri: answered(400),
  lwsruri: answered(400),
  lwsstart: answered(400),
  trws: answered(400),
  escruri: answered(400),
  baddate: answered(407),
  regbadct: answered(400),
  badaspec: answered(200),
  baddn: answered(400),
  badvers: answered(505),
  mismatch01: answered(400),
  mismatch02: answered(400),
  bigcode: kSilence,
  badbranch: answered(200),
  insuf: answered(400),
  unkscm: answered(416),
  novelsc: answered(416),
  unksm2: answered(400),
  bext01: answered(420),
  invut: answered(407),
  regaut01: answered(401),
  multi01: answered(400),
  mcl01: kMalformedStream,
  bcast: kSilence,
  zeromf: answered(200),
  cparam01: answered(401),
  cparam02: answered(401),
  regescrt: answered(401),
  sdp01: answered(407),
  // RFC 3261 section 18.3: a stream needs Content-Length, which RFC 2543 did not have.
  inv2543: { udp: answered(407), tcp: answeredAndClosed(400), ws: answered(407) },
};

/** @type {Record<string, Outcome>} */
const kRfc5118 = {
  'ipv6-good': answered(401),
  'ipv6-bad': answered(400),
  'port-ambiguous': answered(401),
  'port-unambiguous': answered(401),
  'via-received-param-with-delim': answered(481),
  'via-received-param-no-delim': answered(200),
  'ipv6-in-sdp': answered(407),
  'mult-ip-in-header': answered(481),
  'mult-ip-in-sdp': answered(407),
  'ipv4-mapped-ipv6': answered(407),
  'ipv6-bug-abnf-3-colons': answered(200),
  'ipv6-correct-abnf-2-colons': answered(200),
};

/** Datagrams are answered at the port of the topmost Via (RFC 3261 section 18.2.2): 5060 if it names none. */
const kSentByPorts = /** @type {Record<string, number>} */ ({
  mpart01: 5070,
  quotbal: 5050,
  'mult-ip-in-header': 6050,
  'ipv4-mapped-ipv6': 19823,
});

const kMessages = [
  ...Object.entries(kRfc4475).map(([name, outcome]) => ({ name, outcome, file: `rfc4475/${name}.dat` })),
  ...Object.entries(kRfc5118).map(([name, outcome]) => ({ name, outcome, file: `rfc5118/${name}.dat` })),
];

/** @param {Stage} stage @param {Transport} transport @param {string} name of the message that it is going to send */
async function sender(stage, transport, name) {
  const { sip, ws } = stage.server.ports;
  const own = { own: kOwnAddress, port: kSentByPorts[name] ?? 5060 };
  const wire = await (transport === 'ws' ? webSocketWire(ws) : transport === 'tcp' ? tcpWire(sip) : udpWire(sip, own));
  return stage.keep(new SipClient(wire, { user: '1001', password: 'none', domain: `127.0.0.1:${sip}` }));
}

/**
 * All that one message leads to: what was asked behind it on the same wire is answered after it.
 * @param {SipClient} client @param {Outcome} outcome
 */
async function settle(client, outcome) {
  if (outcome.closed) await until('the server ends the connection', () => client.wire.closed());
  if (outcome.closed || outcome.waits) return client.received.all;
  const probe = await client.options();
  assert.equal(probe.status, 200);
  return client.received.all.filter((message) => message.callId !== probe.callId);
}

/** @param {import('../peers/sip_message.mjs').SipMessage} answer @param {SipClient} client */
function assertStamped(answer, client) {
  const via = answer.header('Via') ?? '';
  if (!via.startsWith('SIP/2.0/')) return; // badvers: a Via that nobody can read is given back as it came
  const isDatagram = client.wire.transport === 'UDP';
  assert.ok(via.includes(`;received=${isDatagram ? kOwnAddress : '127.0.0.1'}`), via);
  if (!isDatagram) assert.ok(via.includes(`;rport=${client.wire.port}`), via);
}

/** @param {Stage} stage @param {Transport} transport @param {typeof kMessages[number]} message @param {SipClient} witness */
async function torture(stage, transport, { name, outcome: outcomes, file }, witness) {
  const outcome = 'statuses' in outcomes ? outcomes : outcomes[transport];
  const client = await sender(stage, transport, name);
  client.wire.send(fs.readFileSync(path.join(kFixtures, file)));
  const answers = await settle(client, outcome);
  assert.deepEqual(answers.map((answer) => answer.status), outcome.statuses);
  for (const answer of answers) assertStamped(answer, client);
  assert.equal(client.wire.closed(), outcome.closed ?? false);
  assert.equal((await witness.options()).status, 200);
  await client.stop();
}

/** A PBX on this machine may have the port of all addresses. @param {Stage} stage */
async function portsAreFree(stage) {
  return sender(stage, 'udp', 'lwsdisp').then(
    (client) => client.stop().then(() => true),
    (error) => {
      if (error.code !== 'EADDRINUSE') throw error;
      return false;
    },
  );
}

for (const transport of kTransports) {
  scene(`every torture message on ${transport} gets its answer, and OPTIONS is answered after each`, async (stage, t) => {
    if (transport === 'udp' && !(await portsAreFree(stage))) {
      return t.skip('another program has the UDP port 5060 of every address, where the messages are answered');
    }
    const witness = await stage.client('udp');
    for (const message of kMessages) {
      await torture(stage, transport, message, witness).catch((error) => {
        throw new Error(`${message.name}: ${error.message}`);
      });
    }
  });
}

test('no torture message is forgotten', () => {
  const there = ['rfc4475', 'rfc5118'].flatMap((folder) => fs.readdirSync(path.join(kFixtures, folder)).map((file) => `${folder}/${file}`));
  assert.deepEqual(kMessages.map(({ file }) => file).sort(), there.sort());
});
