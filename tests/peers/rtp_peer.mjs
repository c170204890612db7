// The media half of a plain phone: PCMU over RTP (RFC 3550, RFC 3551) or over SRTP with keys of SDES (RFC 4568), digits as
// events (RFC 4733), every packet kept.
// @ts-check
import dgram from 'node:dgram';
import net from 'node:net';
import { Ear } from './ear.mjs';
import { HeardSamples } from './heard_samples.mjs';
import { decodePcmu, encodePcmu } from './pcmu.mjs';
import { mediaPorts } from './ports.mjs';
import { newKey, SrtpStream } from './srtp.mjs';
import { until } from './until.mjs';

const kPcmu = 0;
const kEvents = 101;
const kDigits = '0123456789*#ABCD';
const kFrame = 160;
/** Few enough for the buffer of a socket. */
const kHurry = 100;

/** @typedef {{suite: import('./srtp.mjs').Suite, profile?: string}} Encryption `profile` is RTP/SAVP or, for those who like, RTP/AVP */
/** @typedef {{payloadType: number, sequence: number, timestamp: number, ssrc: number, marker: boolean, from: number, size: number}} Packet `size` is that of the payload */

export class RtpPeer {
  /** Every RTP packet that came. @type {Packet[]} */
  packets = [];
  /** RTCP packet types that came. @type {number[]} */
  reports = [];
  /** Packets that its key does not fit. */
  unreadable = 0;
  digits = '';
  /** The share of its packets that get lost before they leave: their numbers are used up. */
  loss = 0;
  #lossCredit = 0;
  hz;
  /** @type {Ear} */
  ear;
  address;
  port;
  #socket;
  #control;
  #heard = new HeardSamples();
  /** @type {{host: string, port: number} | undefined} */
  #remote;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #sequence = Math.floor(Math.random() * 60_000);
  #timestamp = Math.floor(Math.random() * 0xffff_0000);
  #ssrc = Math.floor(Math.random() * 0xffff_ffff);
  #sample = 0;
  #version = 1;
  #stopped = false;
  #encryption;
  /** @type {Buffer} */
  #key = Buffer.alloc(0);
  /** @type {SrtpStream | undefined} */
  #sender;
  /** @type {SrtpStream | undefined} */
  #receiver;
  #remoteKey = '';
  /** The one that is being sent. @type {number | undefined} */
  #event;
  /** The timestamp of the last one that came. @type {number | undefined} */
  #lastEvent;

  /** @param {dgram.Socket} socket @param {dgram.Socket} control @param {number} hz @param {string} name @param {Encryption} [encryption] */
  constructor(socket, control, hz, name, encryption) {
    this.#encryption = encryption;
    if (encryption) this.renewKey();
    this.address = socket.address().address;
    this.port = socket.address().port;
    this.ear = new Ear(name, () => [this.#heard.sound]);
    this.#socket = socket;
    this.#control = control;
    this.hz = hz;
    socket.on('message', (bytes, from) => this.#receive(bytes, from.port));
    control.on('message', (bytes) => this.reports.push(bytes[1]));
    for (const each of [socket, control]) each.on('error', () => {});
  }

  /** @param {{hz: number, name: string, address?: string, encryption?: Encryption}} options */
  static async open({ hz, name, address = '127.0.0.1', encryption }) {
    const { min, max } = (await mediaPorts()).phones;
    const pairs = (max - min) >> 1;
    const first = Math.floor(Math.random() * pairs);
    for (let i = 0; i < pairs; ++i) {
      const port = min + 2 * ((first + i) % pairs);
      const socket = await bound(address, port);
      if (!socket) continue;
      const control = await bound(address, port + 1);
      if (control) return new RtpPeer(socket, control, hz, name, encryption);
      socket.close();
    }
    throw new Error('ports: no free pair of media ports');
  }

  /** From the next packet on it sends under another key, which the next description tells. */
  renewKey() {
    if (!this.#encryption) return;
    this.#key = newKey(this.#encryption.suite);
    this.#sender = new SrtpStream(this.#encryption.suite, this.#key);
  }

  /** The key of the other side, from its description; the same again goes on. @param {string} sdp */
  #useKeyOf(sdp) {
    const [, suite, key] = /^a=crypto:\d+ (\S+) inline:([^|\s]+)/m.exec(sdp) ?? [];
    if (!this.#encryption || !key || key === this.#remoteKey) return;
    if (suite !== this.#encryption.suite) throw new Error(`the answer has another suite than was offered:\n${sdp}`);
    this.#remoteKey = key;
    this.#receiver = new SrtpStream(this.#encryption.suite, Buffer.from(key, 'base64'));
  }

  /**
   * The offer or answer of this side; each is a new version of the session (RFC 3264 section 8).
   * @param {{direction?: string, address?: string, formats?: string[], attributes?: string[]}} [options]
   */
  sdp({ direction = 'sendrecv', address = this.address, formats = [String(kPcmu), String(kEvents)], attributes } = {}) {
    const lines = attributes ?? ['rtpmap:0 PCMU/8000', 'rtpmap:101 telephone-event/8000', 'fmtp:101 0-15', 'ptime:20'];
    return [
      'v=0',
      `o=plain 4711 ${this.#version++} ${network(this.address)}`,
      's=-',
      `c=${network(address)}`,
      't=0 0',
      `m=audio ${this.port} ${this.#encryption?.profile ?? (this.#encryption ? 'RTP/SAVP' : 'RTP/AVP')} ${formats.join(' ')}`,
      ...(this.#encryption ? [`a=crypto:1 ${this.#encryption.suite} inline:${this.#key.toString('base64')}`] : []),
      ...lines.map((line) => `a=${line}`),
      `a=${direction}`,
      '',
    ].join('\r\n');
  }

  /** Speaks to the address of this description until it is told otherwise. @param {string} sdp */
  speakTo(sdp) {
    const host = /^c=IN IP[46] (\S+)/m.exec(sdp)?.[1];
    const port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);
    if (!host || !port) throw new Error(`no audio address in the description:\n${sdp}`);
    this.#remote = { host, port };
    this.#useKeyOf(sdp);
    if (!this.#timer) this.#speak();
  }

  #speak() {
    let due = performance.now();
    this.#timer = setInterval(() => {
      for (; due <= performance.now(); due += 20) this.#sendFrame();
    }, 10);
  }

  /** What its next packet will have in its header: for those who want to look like it. */
  get stream() {
    return { ssrc: this.#ssrc, sequence: this.#sequence & 0xffff, timestamp: this.#timestamp, payloadType: kPcmu };
  }

  silence() {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #sendFrame() {
    const payload = Buffer.alloc(kFrame);
    for (let i = 0; i < kFrame; ++i) payload[i] = encodePcmu(0.4 * Math.sin((2 * Math.PI * this.hz * this.#sample++) / 8000));
    if (this.#event === undefined && this.#isLost()) this.#sequence += 1;
    else if (this.#event === undefined) this.#sendRtp(kPcmu, payload, this.#timestamp);
    this.#timestamp = (this.#timestamp + kFrame) >>> 0;
  }

  #isLost() {
    this.#lossCredit += this.loss;
    if (this.#lossCredit < 1) return false;
    this.#lossCredit -= 1;
    return true;
  }

  /** @param {number} payloadType @param {Buffer} payload @param {number} timestamp @param {boolean} [marker] */
  #sendRtp(payloadType, payload, timestamp, marker = false) {
    if (!this.#remote) return;
    const header = Buffer.alloc(12);
    header[0] = 0x80;
    header[1] = payloadType | (marker ? 0x80 : 0);
    header.writeUInt16BE(this.#sequence++ & 0xffff, 2);
    header.writeUInt32BE(timestamp >>> 0, 4);
    header.writeUInt32BE(this.#ssrc, 8);
    const packet = Buffer.concat([header, payload]);
    this.#socket.send(this.#sender?.protect(packet) ?? packet, this.#remote.port, this.#remote.host);
  }

  /**
   * So many packets as fast as they come back from an echo, each a moment of near silence; then it speaks as before. The count
   * of samples stays small, the numbers go on.
   * @param {number} packets
   */
  async hurry(packets) {
    const wasSpeaking = this.#timer !== undefined;
    this.silence();
    let [sent, answered] = [0, this.packets.length];
    while (sent < packets) {
      for (let i = 0; i < kHurry; ++i, ++sent) {
        this.#sendRtp(kPcmu, Buffer.from([encodePcmu(0)]), this.#timestamp);
        this.#timestamp = (this.#timestamp + kFrame) >>> 0;
      }
      // A few may be lost, as UDP may.
      const enough = answered + 0.9 * kHurry;
      await until(`${sent} packets come back`, () => this.packets.length >= enough, { every: 1 });
      answered = this.packets.length;
    }
    if (wasSpeaking) this.#speak();
  }

  /** Any datagram to the server's media port. @param {Buffer} bytes */
  sendRaw(bytes) {
    if (this.#remote) this.#socket.send(bytes, this.#remote.port, this.#remote.host);
  }

  /** RFC 4733 section 2.5: updates every 20 ms, the end three times. @param {string} digits */
  async sendDigits(digits) {
    for (const digit of digits) {
      const event = kDigits.indexOf(digit.toUpperCase());
      const timestamp = this.#timestamp;
      this.#event = event;
      for (let step = 1; step <= 8; ++step) {
        this.#sendRtp(kEvents, eventPayload(event, step * kFrame, false), timestamp, step === 1);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      for (let end = 0; end < 3; ++end) this.#sendRtp(kEvents, eventPayload(event, 8 * kFrame, true), timestamp);
      this.#event = undefined;
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
  }

  /** @param {Buffer} datagram @param {number} from */
  #receive(datagram, from) {
    if (datagram.length < 12 || datagram[0] >> 6 !== 2) return;
    if (datagram[1] >= 200 && datagram[1] <= 207) {
      this.reports.push(datagram[1]);
      return;
    }
    // The first packet may overtake the answer with its key.
    if (this.#encryption && !this.#receiver) return;
    const bytes = this.#receiver ? this.#receiver.unprotect(datagram) : datagram;
    if (!bytes) {
      this.unreadable += 1;
      return;
    }
    const packet = {
      payloadType: bytes[1] & 0x7f,
      marker: (bytes[1] & 0x80) !== 0,
      sequence: bytes.readUInt16BE(2),
      timestamp: bytes.readUInt32BE(4),
      ssrc: bytes.readUInt32BE(8),
      from,
      size: bytes.length - 12 - 4 * (bytes[0] & 0x0f),
    };
    this.packets.push(packet);
    const payload = bytes.subarray(bytes.length - packet.size);
    if (packet.payloadType === kPcmu) for (const byte of payload) this.#heard.push(decodePcmu(byte));
    if (packet.payloadType !== kEvents) return;
    // All packets of one event carry the timestamp of its begin.
    if (this.#lastEvent !== packet.timestamp) this.digits += kDigits[payload[0]] ?? '?';
    this.#lastEvent = packet.timestamp;
  }

  async stop() {
    if (this.#stopped) return;
    this.#stopped = true;
    this.silence();
    await Promise.all([this.#socket, this.#control].map((socket) => new Promise((resolve) => socket.close(() => resolve(undefined)))));
  }
}

/** @param {number} event @param {number} duration @param {boolean} end */
function eventPayload(event, duration, end) {
  return Buffer.from([event, (end ? 0x80 : 0) | 10, duration >> 8, duration & 0xff]);
}

/** @param {string} address */
function network(address) {
  return `IN ${net.isIPv6(address) ? 'IP6' : 'IP4'} ${address}`;
}

/** @param {string} address @param {number} port @returns {Promise<dgram.Socket | undefined>} */
function bound(address, port) {
  return new Promise((resolve) => {
    const socket = dgram.createSocket(net.isIPv6(address) ? 'udp6' : 'udp4');
    socket.once('error', () => resolve(undefined));
    socket.bind({ port, address, exclusive: true }, () => resolve(socket));
  });
}
