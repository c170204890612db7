// Calls to people of other domains: their servers are found by NAPTR, SRV and addresses, and one that is dead is passed over.
// @ts-check
import assert from 'node:assert/strict';
import { Dns } from '../peers/dns.mjs';
import { freePort } from '../peers/ports.mjs';
import { hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';

/** @typedef {import('../peers/stage.mjs').Stage} Stage */

/**
 * A stage whose server asks a DNS of the test, and lets its people call example.com.
 * @param {string} fact
 * @param {(stage: Stage, dns: Dns) => Promise<void>} play
 */
function foreignScene(fact, play) {
  scene(
    fact,
    async (stage) => {
      const dns = stage.keep(await Dns.start());
      stage.server.settings = { dns: { servers: [dns.address] }, calls: { foreign_domains: ['example.com'] } };
      stage.server.writeSettings();
      await stage.server.start();
      await play(stage, dns);
    },
    { start: false },
  );
}

/** Somebody who has nothing to do with our server. @param {Stage} stage */
function stranger(stage) {
  return stage.plainPhone('bob', { register: false, hz: 1450 });
}

/** @param {Dns} dns @param {number} port of the server that is alive */
async function serveExampleCom(dns, port) {
  dns.add('NAPTR', 'example.com', [10, 10, 's', 'SIP+D2T', '_sip._tcp.example.com']);
  dns.add('NAPTR', 'example.com', [20, 10, 's', 'SIP+D2U', '_sip._udp.example.com']);
  dns.add('SRV', '_sip._tcp.example.com', [0, 0, await freePort(), 'dead.example.com']);
  dns.add('SRV', '_sip._udp.example.com', [0, 0, port, 'alive.example.com']);
  dns.add('A', 'dead.example.com', '127.0.0.1');
  dns.add('A', 'alive.example.com', '127.0.0.1');
}

foreignScene('a call to another domain goes by NAPTR, SRV and A to the second server when the first is dead', async (stage, dns) => {
  const alice = await stage.plainPhone('1001');
  const bob = await stranger(stage);
  await serveExampleCom(dns, bob.client.wire.port);
  const [call, invite] = await Promise.all([alice.call('bob@example.com'), bob.incoming().then(async (invite) => (await bob.answer(invite), invite))]);
  assert.match(invite.start, /^INVITE sip:bob@example\.com /);
  assert.match(invite.header('To') ?? '', /<sip:bob@example\.com>/);
  assert.equal(invite.header('P-Asserted-Identity'), undefined);
  await hearEachOther(alice, bob);
  await call.hangup();
  await bob.client.received.take('the BYE', (message) => message.method === 'BYE');
  assert.deepEqual(dns.questions.slice(0, 3).sort(), ['NAPTR example.com', 'SRV _sip._tcp.example.com', 'SRV _sip._udp.example.com']);
  assert.ok(dns.questions.includes('A alive.example.com') && dns.questions.includes('AAAA dead.example.com'), dns.tail());
});

foreignScene('a server that is silent is passed over after some seconds, and the next call does not wait for it', async (stage, dns) => {
  const alice = await stage.plainPhone('1001');
  const bob = await stranger(stage);
  dns.add('SRV', '_sip._udp.example.com', [10, 0, await freePort(), 'dead.example.com']);
  dns.add('SRV', '_sip._udp.example.com', [20, 0, bob.client.wire.port, 'alive.example.com']);
  dns.add('A', 'dead.example.com', '127.0.0.1');
  dns.add('A', 'alive.example.com', '127.0.0.1');
  const first = alice.client.request('INVITE', 'sip:bob@example.com', {
    headers: { Contact: alice.client.contact, 'Content-Type': 'application/sdp' },
    body: alice.media.sdp(),
  });
  const challenge = await alice.client.transact(first);
  alice.client.acknowledge(first, challenge);
  alice.client.send(alice.client.withCredentials(first, challenge));
  const late = await bob.incoming(20_000);
  bob.client.respond(late, 486, 'Busy Here');
  const [call] = await Promise.all([alice.call('bob@example.com'), bob.incoming(3000).then((invite) => bob.answer(invite))]);
  await hearEachOther(alice, bob);
  await call.hangup();
});

foreignScene('a person can understand why a domain cannot be called', async (stage, dns) => {
  const alice = await stage.plainPhone('1001');
  const unknown = await alice.attempt('bob@example.com');
  assert.equal(unknown.status, 404);
  assert.match(unknown.header('Reason') ?? '', /text="example\.com does not exist, or has no server for calls"/);
  const denied = await alice.attempt('bob@example.net');
  assert.equal(denied.status, 404);
  assert.ok(!dns.questions.some((question) => question.includes('example.net')), 'a domain that is not listed is not even asked for');
});

foreignScene('a caller may give up while the domain is looked up', async (stage, dns) => {
  dns.silent = true;
  const { client, media } = await stage.plainPhone('1001');
  const headers = { Contact: client.contact, 'Content-Type': 'application/sdp' };
  const invite = client.request('INVITE', 'sip:bob@example.com', { headers, body: media.sdp() });
  const challenge = await client.transact(invite);
  client.acknowledge(invite, challenge);
  const second = client.withCredentials(invite, challenge);
  client.send(second);
  await until('the server asks the DNS', () => dns.questions.length > 0);
  const cancel = client.request('CANCEL', 'sip:bob@example.com', { callId: second.callId, cseq: second.cseq });
  cancel.set('Via', second.header('Via') ?? '').set('From', second.header('From') ?? '').set('To', second.header('To') ?? '');
  client.send(cancel);
  const final = await client.response(second);
  client.acknowledge(second, final);
  assert.equal(final.status, 487);
  assert.equal((await client.options()).status, 200);
});
