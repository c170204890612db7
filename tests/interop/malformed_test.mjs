// Nonsense on every wire: a refusal or silence, and the server goes on.
// @ts-check
import assert from 'node:assert/strict';
import { kOpcode, connectWebSocket, frame } from '../peers/websocket.mjs';
import { connect, disconnect, hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';

/** @typedef {import('../peers/sip_client.mjs').SipClient} SipClient */

/** Requests that deserve a 400 at most. @type {Record<string, (client: SipClient) => string>} */
const kRefused = {
  'a CSeq that is no number': (client) => String(options(client).set('CSeq', 'x OPTIONS')),
  'a CSeq of another method': (client) => String(options(client).set('CSeq', '1 INVITE')),
  'a CSeq method of 800 characters': (client) => String(options(client).set('CSeq', `1 ${'A'.repeat(800)}`)),
  'a port of 70000': (client) => String(options(client).set('Contact', '<sip:a@127.0.0.1:70000>')),
  'a negative Content-Length': (client) => String(options(client).set('Content-Length', '-1')),
  'a From without a URI': (client) => String(options(client).set('From', 'somebody')),
  'an unbalanced quote in From': (client) => String(options(client).set('From', '"<sip:1001@127.0.0.1>;tag=1')),
  'a second Call-ID': (client) => String(options(client)).replace('\r\nMax-Forwards', '\r\nCall-ID: other\r\nMax-Forwards'),
  'no Via': (client) => String(options(client)).replace(/^Via: .*\r\n/m, ''),
  'SIP version 3': (client) => String(options(client)).replace('SIP/2.0\r\n', 'SIP/3.0\r\n'),
  'a credential with an open quote': (client) => String(invite(client, '').set('Authorization', 'Digest username="1001, realm=')),
  'an SDP that is none': (client) => String(invite(client, 'v=0\r\nm=audio 99999999999 RTP/AVP 0\r\n')),
  'an SDP with a NUL': (client) => String(invite(client, 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\na=fmtp\0:101\r\n')),
};

/** What is not even a message. @type {Record<string, string>} */
const kIgnored = {
  'random bytes': '\x01\x02\x03\xff\xfe nonsense',
  'an empty line': '\r\n\r\n',
  'a lone start line': 'INVITE sip:1001@127.0.0.1 SIP/2.0',
  'an HTTP request': 'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
  'a response to nobody': 'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx\r\nCSeq: 1 INVITE\r\nCall-ID: y\r\n\r\n',
};

/** @param {SipClient} client */
function options(client) {
  return client.request('OPTIONS', `sip:${client.identity.domain}`);
}

/** @param {SipClient} client @param {string} body */
function invite(client, body) {
  const headers = { Contact: client.contact, 'Content-Type': 'application/sdp' };
  return client.request('INVITE', `sip:1002@${client.identity.domain}`, { headers, body });
}

/** Nobody is put out: the server answers, and no answer so far was better than a refusal. @param {SipClient} client */
async function assertUnimpressed(client, sent = client) {
  assert.equal((await client.options()).status, 200);
  for (const message of sent.received.all.slice(0, sent === client ? -1 : undefined)) {
    assert.ok(message.isRequest || message.status >= 400 || message.status === 100, `answered with ${message.start}`);
  }
}

for (const transport of /** @type {const} */ (['udp', 'tcp', 'ws'])) {
  scene(`malformed messages on ${transport} get 400 or silence, and OPTIONS is answered after each`, async (stage) => {
    for (const [name, message] of Object.entries(kRefused)) {
      const sender = await stage.client(transport);
      sender.send(message(sender));
      await assertUnimpressed(await stage.client(transport), sender).catch((error) => {
        throw new Error(`${name}: ${error.message}`);
      });
    }
    for (const [name, text] of Object.entries(kIgnored)) {
      const sender = await stage.client(transport);
      sender.send(text);
      await assertUnimpressed(await stage.client(transport), sender).catch((error) => {
        throw new Error(`${name}: ${error.message}`);
      });
    }
  });
}

scene('a malformed request is told so with 400', async (stage) => {
  const client = await stage.client('udp');
  const bad = options(client);
  client.send(bad.set('CSeq', 'x OPTIONS'));
  await client.received.take('400', (message) => message.status === 400);
});

scene('two messages in one TCP segment and one message in many are both understood', async (stage) => {
  const client = await stage.client('tcp');
  const [one, two, three] = [options(client), options(client), options(client)];
  client.wire.send(`${one}${two}`);
  await Promise.all([client.response(one), client.response(two)]);
  for (const character of String(three)) client.wire.send(character);
  assert.equal((await client.response(three)).status, 200);
});

scene('keep-alives of two line ends on TCP and WebSocket are answered or ignored, never fatal', async (stage) => {
  for (const transport of /** @type {const} */ (['tcp', 'ws'])) {
    const client = await stage.client(transport);
    client.wire.send('\r\n\r\n');
    assert.equal((await client.options()).status, 200);
    assert.ok(!client.wire.closed());
  }
});

scene('a WebSocket without the sub-protocol sip is refused', async (stage) => {
  const { ws, web } = stage.server.ports;
  for (const [port, path] of /** @type {[number, string][]} */ ([[ws, '/'], [web, '/ws']])) {
    for (const protocol of [null, 'chat']) {
      const answer = await connectWebSocket({ port, path, protocol });
      assert.notEqual(answer.status, 101, `${path} with sub-protocol ${protocol}`);
    }
    const good = await connectWebSocket({ port, path });
    assert.equal(good.status, 101);
    assert.match(good.headers, /^sec-websocket-protocol: sip$/im);
    good.client?.close();
  }
});

/** @type {Record<string, Buffer>} */
const kForbiddenFrames = {
  'without a mask': frame({ opcode: kOpcode.text, payload: 'OPTIONS', mask: false }),
  'with an unknown opcode': frame({ opcode: 3, payload: 'x' }),
  'that continues nothing': frame({ opcode: kOpcode.continuation, payload: 'x' }),
  'of control in fragments': frame({ opcode: kOpcode.ping, payload: 'x', final: false }),
  'that claims 2^63 bytes': Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]),
};

scene('frames that break RFC 6455 close the connection, and only that one', async (stage) => {
  for (const [name, bytes] of Object.entries(kForbiddenFrames)) {
    const { client } = await connectWebSocket({ port: stage.server.ports.ws });
    assert.ok(client);
    client.send(bytes);
    await until(`a frame ${name} closes the connection`, () => client.closed);
  }
  assert.equal((await (await stage.client('ws')).options()).status, 200);
});

scene('a message in WebSocket fragments is put together', async (stage) => {
  const client = await stage.client('ws');
  const request = options(client);
  const text = String(request);
  const { socket } = /** @type {{socket: import('../peers/websocket.mjs').WebSocketClient}} */ (/** @type {unknown} */ (client.wire));
  socket.send(frame({ opcode: kOpcode.text, payload: text.slice(0, 50), final: false }));
  socket.send(frame({ opcode: kOpcode.ping, payload: 'between' }));
  socket.send(frame({ opcode: kOpcode.continuation, payload: text.slice(50) }));
  assert.equal((await client.response(request)).status, 200);
  await until('the ping is answered', () => socket.frames.some((each) => each.opcode === kOpcode.pong));
});

scene('nonsense at the media ports does not disturb a call', async (stage) => {
  const alice = await stage.plainPhone('1001');
  const bob = await stage.phone('1002', { answer: 'auto' });
  const call = await alice.call('1002');
  await hearEachOther(alice, bob);
  for (let size = 0; size < 60; ++size) alice.media.sendRaw(Buffer.alloc(size, size % 2 ? 0x80 : size));
  await hearEachOther(alice, bob);
  assert.equal((await call.hangup()).status, 200);
});

scene('a call goes on while others send nonsense', async (stage) => {
  const [alice, bob] = [await stage.phone('1001'), await stage.phone('1002')];
  await connect(alice, bob);
  const stranger = await stage.client('udp');
  for (const message of Object.values(kRefused)) stranger.send(message(stranger));
  for (const text of Object.values(kIgnored)) stranger.send(text);
  await hearEachOther(alice, bob);
  await disconnect(alice, bob);
});
