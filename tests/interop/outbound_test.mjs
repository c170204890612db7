// Registrations as RFC 5626, 3327 and 5627 know them.
// @ts-check
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import dgram from 'node:dgram';
import net from 'node:net';
import { EdgeProxy } from '../peers/edge_proxy.mjs';
import { Relay, stunKind } from '../peers/relay.mjs';
import { token } from '../peers/sip_message.mjs';
import { connect, disconnect, hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';
import { kOpcode } from '../peers/websocket.mjs';
import { webSocketWire } from '../peers/wire.mjs';

/** @typedef {import('../peers/sip_client.mjs').SipClient} SipClient */

const kInstance = 'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6';

/** A REGISTER over one flow of a device. @param {SipClient} client @param {number} regId @param {string} [instance] */
async function registerFlow(client, regId, instance = kInstance) {
  const response = await client.register({
    contact: `${client.contact};+sip.instance="<${instance}>";reg-id=${regId};expires=600`,
  });
  assert.equal(response.status, 200);
  return response;
}

scene('a device with two flows rings over the newest, and over the other when that breaks', async (stage) => {
  const browser = await stage.client('ws', { user: '1002' });
  const desk = await stage.client('tcp', { user: '1002' });
  assert.match((await registerFlow(browser, 1)).header('Require') ?? '', /outbound/);
  const second = await registerFlow(desk, 2);
  assert.equal(second.all('Contact').length, 2);
  assert.equal(second.header('Flow-Timer'), '120');
  const alice = await stage.phone('1001');
  await alice.dial('1002');
  desk.respond(await desk.incoming(), 180, 'Ringing');
  await alice.ringing();
  assert.ok(!browser.wasCalled, 'one device rings once');
  await desk.stop();
  browser.respond(await browser.incoming(), 486, 'Busy Here');
  await alice.closed(/486/);
});

scene('a new connection of a flow takes the place of the old one at once', async (stage) => {
  const before = await stage.client('ws', { user: '1002' });
  await registerFlow(before, 1);
  const after = await stage.client('ws', { user: '1002' });
  assert.equal((await registerFlow(after, 1)).all('Contact').length, 1);
  const alice = await stage.phone('1001');
  await alice.dial('1002');
  after.respond(await after.incoming(), 486, 'Busy Here');
  await alice.closed(/486/);
  assert.ok(!before.wasCalled);
});

scene('a flow that says 430 is followed by the next', async (stage) => {
  const first = await stage.client('udp', { user: '1002' });
  await registerFlow(first, 1);
  const second = await stage.client('tcp', { user: '1002' });
  await registerFlow(second, 2);
  const alice = await stage.phone('1001');
  await alice.dial('1002');
  second.respond(await second.incoming(), 430, 'Flow Failed');
  first.respond(await first.incoming(), 486, 'Busy Here');
  await alice.closed(/486/);
});

scene('a flow that is silent is followed by the next after a few seconds', async (stage) => {
  const first = await stage.client('udp', { user: '1002' });
  await registerFlow(first, 1);
  const second = await stage.client('udp', { user: '1002' });
  await registerFlow(second, 2);
  await second.stop();
  const alice = await stage.phone('1001');
  await alice.dial('1002');
  first.respond(await first.incoming(8000), 486, 'Busy Here');
  await alice.closed(/486/);
});

scene('baresip with a flow over UDP and one over TCP is one phone, and is heard', async (stage) => {
  const { sip } = stage.server.ports;
  const outbound = `outbound1="sip:127.0.0.1:${sip};transport=udp";outbound2="sip:127.0.0.1:${sip};transport=tcp"`;
  const bob = await stage.phone('1002', { more: `;sipnat=outbound;${outbound}` });
  await bob.registered();
  const client = await stage.client('udp', { user: '1002' });
  const listed = await client.bindings();
  assert.equal(listed.length, 2);
  assert.deepEqual(listed.map((contact) => /reg-id=(\d)/.exec(contact)?.[1]).sort(), ['1', '2']);
  const alice = await stage.phone('1001');
  await connect(alice, bob);
  await hearEachOther(alice, bob);
  await disconnect(alice, bob);
  await connect(bob, alice);
  await hearEachOther(alice, bob);
  await disconnect(bob, alice);
});

scene('a GRUU rings one phone of several, and nobody once that is gone', async (stage) => {
  const desk = await stage.client('udp', { user: '1002' });
  const response = await registerFlow(desk, 1);
  const contact = response.all('Contact').find((value) => value.includes(desk.contactUser)) ?? '';
  const publicGruu = /pub-gruu="([^"]+)"/.exec(contact)?.[1] ?? '';
  const temporaryGruu = /temp-gruu="([^"]+)"/.exec(contact)?.[1] ?? '';
  assert.equal(publicGruu, `${desk.aor};gr=${kInstance}`);
  // Sealed: what stands for the extension is drawn, and may look like anything.
  assert.match(temporaryGruu, /^sip:tgruu\.[0-9a-f]{64}@/);
  const other = await stage.client('tcp', { user: '1002' });
  await registerFlow(other, 1, 'urn:uuid:00000000-0000-0000-0000-000000000001');

  const alice = await stage.client('udp', { user: '1001' });
  for (const gruu of [publicGruu, temporaryGruu]) {
    const answered = alice.call(gruu);
    desk.respond(await desk.incoming(), 486, 'Busy Here');
    assert.equal((await answered).status, 486);
  }
  assert.ok(!other.wasCalled);

  await desk.register({ contact: `${desk.contact};+sip.instance="<${kInstance}>";reg-id=1;expires=0` });
  assert.equal((await alice.call(publicGruu)).status, 480);
  assert.equal((await alice.call(temporaryGruu)).status, 404);
});

scene('phones behind an edge proxy are reached through it, and call each other', async (stage) => {
  const proxy = stage.keep(await EdgeProxy.start(stage.server.ports.sip));
  const more = `;outbound="sip:127.0.0.1:${proxy.port}"`;
  const bob = await stage.phone('1002', { more });
  const client = await stage.client('udp', { user: '1002' });
  assert.equal((await client.bindings()).length, 1);
  const alice = await stage.phone('1001');
  await connect(alice, bob);
  await hearEachOther(alice, bob);
  await disconnect(alice, bob);
  assert.ok(proxy.passedOn.some((request) => request.method === 'INVITE' && /^<sip:flow\d+@/.test(request.header('Route') ?? '')));

  const carol = await stage.phone('1003', { more });
  await connect(carol, bob);
  await hearEachOther(carol, bob);
  await disconnect(bob, carol);
});

scene('a proxy that keeps no flows is told so', async (stage) => {
  const client = await stage.client('udp', { user: '1002' });
  const request = client.request('REGISTER', `sip:${client.identity.domain}`, {
    to: client.aor,
    headers: { Contact: `${client.contact};+sip.instance="<${kInstance}>";reg-id=1`, Supported: 'outbound, path' },
  });
  request.headers.splice(1, 0, ['Via', `SIP/2.0/UDP phone.invalid;branch=z9hG4bK${token(7)}`]);
  const challenged = await client.transact(request);
  assert.equal((await client.transact(client.withCredentials(request, challenged))).status, 439);
});

scene('a Route that leads elsewhere is refused, one that names the server is not', async (stage) => {
  const client = await stage.client('udp');
  const options = (/** @type {string} */ route) =>
    client.transact(client.request('OPTIONS', client.aor, { headers: { Route: route } }));
  assert.equal((await options('<sip:192.0.2.1;lr>')).status, 403);
  assert.equal((await options(`<sip:flow-${'0'.repeat(64)}@127.0.0.1;lr>`)).status, 403);
  assert.equal((await options(`<sip:127.0.0.1:${stage.server.ports.sip};lr>`)).status, 200);
});

scene('every kind of keep-alive is answered', async (stage) => {
  const { sip } = stage.server.ports;
  const socket = dgram.createSocket('udp4');
  stage.keep({ stop: async () => void socket.close() });
  await new Promise((resolve) => socket.bind(0, '127.0.0.1', () => resolve(undefined)));
  /** @type {Buffer | undefined} */
  let answer;
  socket.on('message', (datagram) => {
    answer = datagram;
  });
  const transaction = crypto.randomBytes(12);
  socket.send(Buffer.concat([Buffer.from([0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42]), transaction]), sip, '127.0.0.1');
  const stun = await until('the server answers STUN', () => answer);
  assert.equal(stunKind(stun), 'success');
  assert.ok(stun.subarray(8, 20).equals(transaction));
  // XOR-MAPPED-ADDRESS: type, length, 0, family, port ^ 0x2112, address ^ cookie
  assert.equal(stun.readUInt16BE(20), 0x0020);
  assert.equal(stun.readUInt16BE(26) ^ 0x2112, socket.address().port);
  assert.equal((stun.readUInt32BE(28) ^ 0x2112a442) >>> 0, 0x7f000001);

  const tcp = net.connect(sip, '127.0.0.1');
  stage.keep({ stop: async () => void tcp.destroy() });
  let pong = '';
  tcp.on('data', (bytes) => {
    pong += bytes.toString();
  });
  tcp.write('\r\n\r\n');
  await until('the server answers a double CRLF on TCP', () => pong === '\r\n');

  const wire = await webSocketWire(stage.server.ports.ws);
  stage.keep({ stop: () => wire.close() });
  let text = '';
  wire.onMessage = (message) => {
    text += message;
  };
  wire.send('\r\n\r\n');
  await until('the server answers a double CRLF on a WebSocket', () => text === '\r\n');
});

scene(
  'flows stay open: the server pings WebSockets, and baresip behind a NAT sends STUN that is answered',
  async (stage) => {
    const wire = await webSocketWire(stage.server.ports.ws);
    stage.keep({ stop: () => wire.close() });
    const begin = performance.now();
    const relay = stage.keep(await Relay.start(stage.server.ports.sip));
    const bob = await stage.phone('1002', { more: `;sipnat=outbound;outbound1="sip:127.0.0.1:${relay.port}"` });
    await until('a ping comes', () => wire.socket.frames.some((frame) => frame.opcode === kOpcode.ping), { within: 30_000 });
    assert.ok(performance.now() - begin > 20_000, 'not more often than needed');
    await until('STUN is asked and answered', () => relay.stun.includes('request') && relay.stun.includes('success'), {
      within: 30_000,
    });
    const alice = await stage.phone('1001');
    await connect(alice, bob);
    await hearEachOther(alice, bob);
    await disconnect(alice, bob);
  },
  { timeout: 90_000 },
);
