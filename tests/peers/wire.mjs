// The ways a SIP message travels: UDP, TCP, WebSocket, and the last two encrypted. A wire carries any text, also nonsense.
// @ts-check
import dgram from 'node:dgram';
import net from 'node:net';
import tls from 'node:tls';
import { within } from './until.mjs';
import { connectWebSocket, frame, kOpcode } from './websocket.mjs';

/**
 * @typedef {object} Wire
 * @property {'UDP' | 'TCP' | 'TLS' | 'WS' | 'WSS'} transport as Via names it
 * @property {string} host as Via and Contact name this side
 * @property {number} port of this side
 * @property {(text: string | Buffer) => void} send a Buffer goes out byte by byte (on a WebSocket: as a binary message)
 * @property {(text: string) => void} onMessage set by the owner
 * @property {() => boolean} closed by the server
 * @property {() => Promise<void>} close
 */

const kLoopback = '127.0.0.1';

/** An address as a URI has it. @param {string} address @param {number} [port] */
export function hostPort(address, port) {
  const host = address.includes(':') ? `[${address}]` : address;
  return port === undefined ? host : `${host}:${port}`;
}

/**
 * @param {number} server the server's port
 * @param {{address?: string, own?: string, port?: number}} [options] its address; the own address and port, for messages whose
 *   Via says where they are answered: every address that begins with 127 is this machine
 * @returns {Promise<Wire>}
 */
export async function udpWire(server, { address = kLoopback, own = address, port = 0 } = {}) {
  const socket = dgram.createSocket(net.isIPv6(address) ? 'udp6' : 'udp4');
  await new Promise((resolve, reject) => socket.once('error', reject).bind(port, own, () => resolve(undefined)));
  /** @type {Wire} */
  const wire = {
    transport: 'UDP',
    host: hostPort(own, socket.address().port),
    port: socket.address().port,
    send: (text) => socket.send(text, server, address),
    onMessage: () => {},
    closed: () => false,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
  socket.on('message', (bytes) => wire.onMessage(bytes.toString('utf8')));
  socket.on('error', () => {});
  return wire;
}

/** @param {number} server @param {string} [address] @returns {Promise<Wire>} */
export async function tcpWire(server, address = kLoopback) {
  const socket = net.connect(server, address);
  await connected(socket, 'connect', 'the server accepts a TCP connection');
  return streamWire('TCP', socket, address);
}

/**
 * Takes TCP connections of the server at this port.
 * @param {number} port
 * @param {(wire: Wire) => void} onAccepted whoever wants to hear all of it sets onMessage at once
 */
export async function tcpListener(port, onAccepted) {
  /** @type {Set<net.Socket>} */
  const sockets = new Set();
  const listener = net.createServer((socket) => {
    sockets.add(socket);
    onAccepted(Object.assign(streamWire('TCP', socket, kLoopback), { host: hostPort(kLoopback, port) }));
  });
  await new Promise((resolve, reject) => listener.once('error', reject).listen(port, kLoopback, () => resolve(undefined)));
  return {
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      listener.close();
    },
  };
}

/**
 * @param {number} server
 * @param {string} [address]
 * @param {import('node:tls').ConnectionOptions} [options] without any the server may show whatever it likes
 * @returns {Promise<Wire & {certificate: import('node:tls').PeerCertificate}>}
 */
export async function tlsWire(server, address = kLoopback, options = { rejectUnauthorized: false }) {
  const socket = tls.connect({ port: server, host: address, ...options });
  await connected(socket, 'secureConnect', 'the server accepts a TLS connection');
  return Object.assign(streamWire('TLS', socket, address), { certificate: socket.getPeerCertificate() });
}

/** @param {net.Socket} socket @param {string} event @param {string} what */
async function connected(socket, event, what) {
  const done = new Promise((resolve, reject) => socket.once(event, () => resolve(undefined)).once('error', reject));
  await within(what, done, 5000);
}

/** @param {'TCP' | 'TLS'} transport @param {net.Socket} socket @param {string} address */
function streamWire(transport, socket, address) {
  let closed = false;
  /** @type {Wire} */
  const wire = {
    transport,
    host: hostPort(address, socket.localPort),
    port: socket.localPort ?? 0,
    send: (text) => void socket.write(text),
    onMessage: () => {},
    closed: () => closed,
    close: async () => void socket.destroy(),
  };
  let buffer = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    buffer = Buffer.concat([buffer, bytes]);
    for (let message = takeFramed(buffer); message; message = takeFramed(buffer)) {
      buffer = buffer.subarray(message.size);
      wire.onMessage(message.text);
    }
  });
  socket.on('close', () => {
    closed = true;
  });
  socket.on('error', () => {});
  return wire;
}

/** RFC 3261 section 18.3: Content-Length frames a stream. @param {Buffer} buffer */
function takeFramed(buffer) {
  let start = 0;
  while (buffer[start] === 0x0d || buffer[start] === 0x0a) ++start;
  const end = buffer.indexOf('\r\n\r\n', start);
  if (end < 0) return undefined;
  const length = Number(/^content-length\s*:\s*(\d+)/im.exec(buffer.toString('latin1', start, end))?.[1] ?? 0);
  const size = end + 4 + length;
  return buffer.length < size ? undefined : { size, text: buffer.toString('utf8', start, size) };
}

/**
 * A browser's wire: its host is a random name below .invalid (RFC 7118 section 5), because it cannot know its address.
 * @param {number} server
 * @param {string} [path]
 * @param {string} [host]
 * @param {{secure?: boolean, address?: string}} [options]
 * @returns {Promise<Wire & {socket: import('./websocket.mjs').WebSocketClient}>}
 */
export async function webSocketWire(
  server,
  path = '/',
  host = `${Math.random().toString(36).slice(2, 14)}.invalid`,
  { secure = false, address } = {},
) {
  const { client, status } = await connectWebSocket({ port: server, path, secure, address });
  if (!client) throw new Error(`the WebSocket at ${path} is refused with ${status}`);
  const wire = {
    transport: /** @type {'WS' | 'WSS'} */ (secure ? 'WSS' : 'WS'),
    host,
    port: client.localPort ?? 0,
    send: (/** @type {string | Buffer} */ text) =>
      typeof text === 'string' ? client.sendText(text) : client.send(frame({ opcode: kOpcode.binary, payload: text })),
    onMessage: (/** @type {string} */ _text) => {},
    closed: () => client.closed,
    close: async () => client.close(),
    socket: client,
  };
  client.onText = (text) => wire.onMessage(text);
  return wire;
}
