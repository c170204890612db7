// Cases of docs/security.md about WebSockets, HTTP and TLS, and about those who hold connections and say nothing, while a call is up.
// @ts-check
import assert from 'node:assert/strict';
import net from 'node:net';
import tls from 'node:tls';
import { certificateWithBadCurve, kMessage, streamCertificate, streamHello } from '../peers/handshake.mjs';
import { openFiles } from '../peers/resources.mjs';
import { assertSocketsClosed, siege } from '../peers/siege.mjs';
import { until } from '../peers/until.mjs';
import { connectWebSocket, frame, kOpcode } from '../peers/websocket.mjs';

/** @typedef {import('../peers/stage.mjs').Stage} Stage */
/** @typedef {{socket: net.Socket, received: () => string, bytes: () => Buffer, closed: () => boolean}} Raw */

/** A connection without any manners. @param {Stage} stage @param {number} port @param {{secure?: boolean}} [options] @returns {Promise<Raw>} */
async function raw(stage, port, { secure = false } = {}) {
  const socket = secure ? tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false }) : net.connect(port, '127.0.0.1');
  let received = Buffer.alloc(0);
  let closed = false;
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes]);
  });
  socket.on('close', () => {
    closed = true;
  });
  // What a server does that lets go of somebody who has not read.
  socket.on('error', () => {});
  stage.keep({ stop: async () => void socket.destroy() });
  await new Promise((resolve) => socket.once(secure ? 'secureConnect' : 'connect', resolve));
  return { socket, received: () => received.toString('latin1'), bytes: () => received, closed: () => closed };
}

/** Writes a little again and again, for as long as it is let. @param {Raw} connection @param {string | Buffer} piece */
function trickle({ socket, closed }, piece) {
  const timer = setInterval(() => {
    if (closed()) clearInterval(timer);
    else socket.write(piece);
  }, 50);
}

/** The close code with which the server let go (RFC 6455 section 7.4). @param {import('../peers/websocket.mjs').WebSocketClient} client */
function closeCode(client) {
  const last = client.frames.find((each) => each.opcode === kOpcode.close);
  return last && last.payload.length >= 2 ? last.payload.readUInt16BE(0) : undefined;
}

/** The header of a text frame with a mask. @param {bigint} bytes the length that it claims */
function claim(bytes) {
  const header = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]);
  header.writeBigUInt64BE(bytes, 2);
  return header;
}

/** @type {Record<string, [bytes: Buffer, code: number]>} */
const kForbidden = {
  'without a mask': [frame({ opcode: kOpcode.text, payload: 'x', mask: false }), 1002],
  'with a reserved bit': [Buffer.concat([Buffer.from([0xc1]), frame({ opcode: kOpcode.text, payload: 'x' }).subarray(1)]), 1002],
  'with an unknown opcode': [frame({ opcode: 11, payload: 'x' }), 1002],
  'that continues nothing': [frame({ opcode: kOpcode.continuation, payload: 'x' }), 1002],
  'of control with 126 bytes': [frame({ opcode: kOpcode.ping, payload: 'x'.repeat(126) }), 1002],
  'of control in fragments': [frame({ opcode: kOpcode.ping, payload: 'x', final: false }), 1002],
  'that claims 2^63 bytes': [claim(1n << 63n), 1009],
  'that claims 2^62 bytes': [claim(1n << 62n), 1009],
  'that claims 16 MB': [claim(1n << 24n), 1009],
  'of text that is not UTF-8': [frame({ opcode: kOpcode.text, payload: Buffer.from([0xc3, 0x28, 0xff]) }), 1007],
  'that closes with one byte': [frame({ opcode: kOpcode.close, payload: 'x' }), 1002],
  'that closes with a code that is none': [frame({ opcode: kOpcode.close, payload: Buffer.from([0, 5]) }), 1002],
};

/** Requests that are no requests. @type {Record<string, [text: string, statuses: number[]]>} */
const kRequests = {
  'a negative Content-Length': ['POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n', [400]],
  'a Content-Length that overflows': ['POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551648\r\n\r\n', [400, 413]],
  'a Content-Length of gigabytes': ['POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n', [413]],
  'two Content-Lengths': ['POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', [400]],
  'a length and chunks': ['POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', [400]],
  'a chunk that overflows': ['POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n', [400, 413]],
  'a chunk of gigabytes': ['POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n', [413]],
  'a header without end': [`GET / HTTP/1.1\r\nX: ${'x'.repeat(40_000)}`, [431]],
  'ten thousand headers': [`GET / HTTP/1.1\r\n${'X: y\r\n'.repeat(10_000)}\r\n`, [431]],
  'a way out of the folder': ['GET /../../../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', [400, 403, 404]],
  'a way out that is escaped': ['GET /..%2f..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', [400, 403, 404]],
  'a NUL': ['GET /%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', [400, 404]],
  'SIP': ['OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/TCP x\r\n\r\n', [400]],
};

siege(
  'the web',
  {
    'S22 frames that break RFC 6455 close their WebSocket with the right code': async ({ stage }) => {
      for (const [name, [bytes, code]] of Object.entries(kForbidden)) {
        const { client } = await connectWebSocket({ port: stage.server.ports.ws });
        assert.ok(client);
        client.send(bytes);
        await until(`a frame ${name} closes the connection`, () => client.closed);
        assert.equal(closeCode(client), code, name);
      }
    },

    'S22 a message over the limit closes its WebSocket, in one frame and in many': async ({ stage }) => {
      const { client } = await connectWebSocket({ port: stage.server.ports.ws });
      assert.ok(client);
      client.send(frame({ opcode: kOpcode.text, payload: 'x'.repeat(30_000), final: false }));
      for (let i = 0; i < 20; ++i) client.send(frame({ opcode: kOpcode.continuation, payload: 'x'.repeat(30_000), final: false }));
      await until('the WebSocket is closed', () => client.closed);
      assert.equal(closeCode(client), 1009);
    },

    'S22 a flood of pings is answered and disturbs nobody': async ({ stage }) => {
      const client = await stage.client('ws');
      const { socket } = /** @type {{socket: import('../peers/websocket.mjs').WebSocketClient}} */ (/** @type {unknown} */ (client.wire));
      const ping = Buffer.concat(Array(1000).fill(frame({ opcode: kOpcode.ping, payload: 'x'.repeat(125) })));
      for (let i = 0; i < 20; ++i) socket.send(ping);
      assert.equal((await client.options()).status, 200);
    },

    'S22 a message in fragments of one byte, one byte in a segment': async ({ stage }) => {
      const client = await stage.client('ws');
      const { socket } = /** @type {{socket: import('../peers/websocket.mjs').WebSocketClient}} */ (/** @type {unknown} */ (client.wire));
      const request = client.request('OPTIONS', `sip:${client.identity.domain}`);
      const text = Buffer.from(String(request));
      for (let i = 0; i < text.length; ++i) {
        const part = frame({ opcode: i === 0 ? kOpcode.text : kOpcode.continuation, payload: text.subarray(i, i + 1), final: i === text.length - 1 });
        for (const byte of part) socket.send(Buffer.from([byte]));
      }
      assert.equal((await client.response(request)).status, 200);
    },

    'S22 a page of a foreign origin gets no further than anybody without a password': async ({ stage }) => {
      const { ports } = stage.server;
      for (const origin of ['https://evil.example', 'null', 'file://', 'x\ty']) {
        const { client } = await connectWebSocket({ port: ports.web, path: '/ws', headers: { Origin: origin } });
        if (!client) continue;
        let heard = '';
        client.onText = (text) => {
          heard += text;
        };
        const stranger = await stage.client('udp', { user: '1001', password: 'none' });
        stranger.wire.transport = 'WS';
        client.sendText(String(stranger.request('REGISTER', `sip:${stranger.identity.domain}`, { to: stranger.aor, headers: { Contact: '<sip:x@y.invalid;transport=ws>' } })));
        await until(`a page of ${origin} is asked for a password`, () => heard.startsWith('SIP/2.0 401'));
        client.close();
      }
    },

    'S22 handshakes that are none are refused': async ({ stage }) => {
      const { ports } = stage.server;
      for (const headers of /** @type {Record<string, string>[]} */ ([
        { 'Sec-WebSocket-Version': '8' },
        { 'Sec-WebSocket-Key': 'short' },
        { 'X-Long': 'x'.repeat(40_000) },
      ])) {
        const answer = await connectWebSocket({ port: ports.ws, headers }).catch(() => ({ status: 0 }));
        assert.notEqual(answer.status, 101, Object.keys(headers)[0]);
      }
      for (const protocol of [null, 'xmpp', 'SIP', 'sip2', '']) {
        const answer = await connectWebSocket({ port: ports.web, path: '/ws', protocol });
        assert.notEqual(answer.status, 101, `sub-protocol ${protocol}`);
      }
    },

    'S23 requests that are none are refused by HTTP, and their connections closed': async ({ stage }) => {
      const files = openFiles(stage.server.pid ?? 0);
      for (const [name, [text, statuses]] of Object.entries(kRequests)) {
        const connection = await raw(stage, stage.server.ports.web);
        connection.socket.write(text);
        await until(`${name} is refused`, () => /^HTTP\/1\.1 \d+/.test(connection.received()), { otherwise: connection.received });
        assert.ok(statuses.includes(Number(connection.received().split(' ')[1])), `${name}: ${connection.received().slice(0, 60)}`);
        assert.doesNotMatch(connection.received(), /root:/);
        await until(`${name}: the connection is closed`, connection.closed);
      }
      await assertSocketsClosed(stage, files);
    },

    'S37 a client that shows a certificate whose elliptic curve is none': async ({ stage }) => {
      for (const port of [stage.server.ports.tls, stage.server.ports.wss, stage.server.ports.https]) {
        const connection = await raw(stage, port);
        connection.socket.write(streamHello());
        const done = Buffer.from([kMessage.helloDone, 0, 0, 0]);
        await until('the server has said hello', () => connection.bytes().indexOf(done) >= 0);
        connection.socket.write(streamCertificate(certificateWithBadCurve()));
        await until('the handshake is refused', connection.closed);
      }
    },

    'S37 records of TLS that claim too much, and none': async ({ stage }) => {
      for (const record of ['16030300ff', '1603034fff', '160303ffff01ffffff', '150303000202', '80800103010000', 'ffffffffffffff', '']) {
        const connection = await raw(stage, stage.server.ports.tls);
        connection.socket.write(Buffer.from(record, 'hex'));
        await until(`${record}: the connection is closed in time`, connection.closed);
      }
    },

    'S39 connections that say nothing, or too little for ever, are closed in time': async ({ stage }) => {
      const files = openFiles(stage.server.pid ?? 0);
      const { sip, tls: secure, ws, wss, web, https } = stage.server.ports;
      const all = [];
      for (const port of [sip, secure, ws, wss, web, https]) {
        for (let i = 0; i < 40; ++i) all.push(await raw(stage, port));
      }
      const slow = /** @type {[port: number, secure: boolean, first: string, piece: string][]} */ ([
        [sip, false, 'REGISTER sip:x SIP/2.0\r\n', 'X: y\r\n'],
        [sip, false, 'REGISTER sip:x SIP/2.0\r\nContent-Length: 60000\r\n\r\n', 'x'],
        [secure, true, 'REGISTER sip:x SIP/2.0\r\n', 'X: y\r\n'],
        [web, false, 'GET / HTTP/1.1\r\n', 'X: y\r\n'],
        [web, false, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n', 'x'],
        [ws, false, 'GET / HTTP/1.1\r\nUpgrade: websocket\r\n', 'X: y\r\n'],
        [https, true, 'GET / HTTP/1.1\r\n', 'X: y\r\n'],
        [secure, false, '\x16\x03\x01\x40\x00\x01', '\x00'],
      ]);
      for (const [port, encrypted, first, piece] of slow) {
        const connection = await raw(stage, port, { secure: encrypted });
        connection.socket.write(Buffer.from(first, 'latin1'));
        trickle(connection, Buffer.from(piece, 'latin1'));
        all.push(connection);
      }
      assert.equal((await (await stage.client('tcp')).options()).status, 200);
      await until('all of them are closed', () => all.every((connection) => connection.closed()), {
        within: 15_000,
        otherwise: () => `${all.filter((connection) => !connection.closed()).map(({ socket }) => socket.remotePort)} are open`,
      });
      await assertSocketsClosed(stage, files + 1);
    },

    'S39 a client that asks again and again and never reads is let go': async ({ stage }) => {
      const files = openFiles(stage.server.pid ?? 0);
      const client = await stage.client('tcp');
      const deaf = await raw(stage, stage.server.ports.sip);
      deaf.socket.pause();
      const request = String(client.request('OPTIONS', `sip:${client.identity.domain}`));
      await client.stop();
      for (let i = 0; i < 200; ++i) deaf.socket.write(request.repeat(100));
      await until('the server lets go', () => openFiles(stage.server.pid ?? 0) <= files, { within: 15_000 });
    },
  },
  { settings: { sip: { message_timeout: 1 }, web: { request_timeout: 1 }, tls: { handshake_timeout: 1 } } },
);
