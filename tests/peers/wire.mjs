// The three ways a SIP message travels: UDP, TCP, WebSocket. A wire carries any text, also nonsense.
// @ts-check
import dgram from 'node:dgram';
import net from 'node:net';
import { within } from './until.mjs';
import { connectWebSocket, frame, kOpcode } from './websocket.mjs';

/**
 * @typedef {object} Wire
 * @property {'UDP' | 'TCP' | 'WS'} transport as Via names it
 * @property {string} host as Via and Contact name this side
 * @property {number} port of this side
 * @property {(text: string | Buffer) => void} send a Buffer goes out byte by byte (on a WebSocket: as a binary message)
 * @property {(text: string) => void} onMessage set by the owner
 * @property {() => boolean} closed by the server
 * @property {() => Promise<void>} close
 */

/**
 * @param {number} server the server's port
 * @param {{address?: string, port?: number}} [own] for messages whose Via says where they are answered; every address that
 *   begins with 127 is this machine
 * @returns {Promise<Wire>}
 */
export async function udpWire(server, { address = '127.0.0.1', port = 0 } = {}) {
  const socket = dgram.createSocket('udp4');
  await new Promise((resolve, reject) => socket.once('error', reject).bind(port, address, () => resolve(undefined)));
  /** @type {Wire} */
  const wire = {
    transport: 'UDP',
    host: `${address}:${socket.address().port}`,
    port: socket.address().port,
    send: (text) => socket.send(text, server, '127.0.0.1'),
    onMessage: () => {},
    closed: () => false,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
  socket.on('message', (bytes) => wire.onMessage(bytes.toString('utf8')));
  socket.on('error', () => {});
  return wire;
}

/** @param {number} server @returns {Promise<Wire>} */
export async function tcpWire(server) {
  const socket = net.connect(server, '127.0.0.1');
  await within(
    'the server accepts a TCP connection',
    new Promise((resolve, reject) => socket.once('connect', () => resolve(undefined)).once('error', reject)),
    5000,
  );
  let closed = false;
  /** @type {Wire} */
  const wire = {
    transport: 'TCP',
    host: `127.0.0.1:${socket.localPort}`,
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
 * @returns {Promise<Wire & {socket: import('./websocket.mjs').WebSocketClient}>}
 */
export async function webSocketWire(server, path = '/', host = `${Math.random().toString(36).slice(2, 14)}.invalid`) {
  const { client, status } = await connectWebSocket({ port: server, path });
  if (!client) throw new Error(`the WebSocket at ${path} is refused with ${status}`);
  const wire = {
    transport: /** @type {const} */ ('WS'),
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
