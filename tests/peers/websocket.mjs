// A WebSocket client (RFC 6455) that can also break the rules: frames are built one by one.
// @ts-check
import crypto from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';
import { within } from './until.mjs';

export const kOpcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

/** @typedef {{opcode: number, final: boolean, payload: Buffer}} Frame */

/**
 * RFC 6455 section 5.2. `mask: false` makes a frame that a server must refuse.
 * @param {{opcode: number, payload?: Buffer | string, final?: boolean, mask?: boolean}} frame
 */
export function frame({ opcode, payload = '', final = true, mask = true }) {
  const body = Buffer.from(payload);
  const length =
    body.length < 126 ? Buffer.from([body.length]) : body.length < 65536 ? Buffer.from([126, 0, 0]) : Buffer.alloc(9, 0);
  if (length.length === 3) length.writeUInt16BE(body.length, 1);
  if (length.length === 9) {
    length[0] = 127;
    length.writeUInt32BE(body.length, 5);
  }
  if (mask) length[0] |= 0x80;
  const key = mask ? crypto.randomBytes(4) : Buffer.alloc(0);
  const masked = mask ? body.map((byte, i) => byte ^ key[i % 4]) : body;
  return Buffer.concat([Buffer.from([(final ? 0x80 : 0) | opcode]), length, key, masked]);
}

export class WebSocketClient {
  /** @type {(text: string) => void} */
  onText = () => {};
  /** @type {Frame[]} */
  frames = [];
  closed = false;
  #socket;
  #buffer = Buffer.alloc(0);
  /** @type {Buffer[]} */
  #parts = [];

  /** @param {net.Socket} socket */
  constructor(socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => this.receive(bytes));
    socket.on('close', () => {
      this.closed = true;
    });
    socket.on('error', () => {
      this.closed = true;
    });
  }

  /** The port that the server sees. */
  get localPort() {
    return this.#socket.localPort;
  }

  /** @param {Buffer} bytes */
  receive(bytes) {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    for (let next = this.#take(); next; next = this.#take()) this.#handle(next);
  }

  /** @returns {Frame | undefined} */
  #take() {
    const bytes = this.#buffer;
    if (bytes.length < 2) return undefined;
    const short = bytes[1] & 0x7f;
    const header = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (bytes.length < header) return undefined;
    const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
    if (bytes.length < header + length) return undefined;
    this.#buffer = bytes.subarray(header + length);
    return { opcode: bytes[0] & 0x0f, final: (bytes[0] & 0x80) !== 0, payload: bytes.subarray(header, header + length) };
  }

  /** @param {Frame} next */
  #handle(next) {
    this.frames.push(next);
    if (next.opcode === kOpcode.ping) this.send(frame({ opcode: kOpcode.pong, payload: next.payload }));
    if (next.opcode === kOpcode.close) this.close();
    if (next.opcode > kOpcode.binary) return;
    this.#parts.push(next.payload);
    if (!next.final) return;
    const text = Buffer.concat(this.#parts).toString('utf8');
    this.#parts = [];
    this.onText(text);
  }

  /** @param {string} text */
  sendText(text) {
    this.send(frame({ opcode: kOpcode.text, payload: text }));
  }

  /** @param {Buffer} bytes as they are */
  send(bytes) {
    if (!this.closed) this.#socket.write(bytes);
  }

  /** Lets the connection go without a word, as a browser whose network is gone. */
  drop() {
    this.#socket.destroy();
  }

  close() {
    this.send(frame({ opcode: kOpcode.close, payload: Buffer.from([0x03, 0xe8]) }));
    this.#socket.end();
  }
}

/**
 * The handshake; `headers` are more, or take the place of the usual. Resolves also when the server refuses it: `client` is then missing.
 * @param {{port: number, path?: string, protocol?: string | null, headers?: Record<string, string>, secure?: boolean, address?: string}} options
 * @returns {Promise<{status: number, headers: string, client?: WebSocketClient}>}
 */
export function connectWebSocket({ port, path = '/', protocol = 'sip', headers = {}, secure = false, address = '127.0.0.1' }) {
  const key = crypto.randomBytes(16).toString('base64');
  const all = {
    Host: `127.0.0.1:${port}`,
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': key,
    'Sec-WebSocket-Version': '13',
    ...(protocol === null ? {} : { 'Sec-WebSocket-Protocol': protocol }),
    ...headers,
  };
  const lines = [`GET ${path} HTTP/1.1`, ...Object.entries(all).map(([name, value]) => `${name}: ${value}`)];
  const answered = new Promise((resolve, reject) => {
    const shakeHands = () => void socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    const socket = secure
      ? tls.connect({ port, host: address, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] }, shakeHands)
      : net.connect(port, address, shakeHands);
    let received = Buffer.alloc(0);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the server closed the connection without an answer')));
    socket.on('data', function collect(bytes) {
      received = Buffer.concat([received, bytes]);
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      socket.off('data', collect);
      const head = received.toString('latin1', 0, end);
      const status = Number(head.split(' ')[1]);
      if (status !== 101) {
        socket.destroy();
        resolve({ status, headers: head });
        return;
      }
      const client = new WebSocketClient(socket);
      resolve({ status, headers: head, client });
      client.receive(received.subarray(end + 4));
    });
  });
  return within('the WebSocket handshake is answered', answered, 5000);
}
