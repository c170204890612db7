// The media half of a browser, or of a phone with DTLS-SRTP, in the hands of a test: ICE checks of our own, the handshake by openssl,
// which is put behind our socket, and SRTP of our own with the keys that it tells.
// @ts-check
import crypto from 'node:crypto';
import dgram from 'node:dgram';
import fs from 'node:fs';
import path from 'node:path';
import { Ear } from './ear.mjs';
import { HeardSamples } from './heard_samples.mjs';
import { decodePcmu, encodePcmu } from './pcmu.mjs';
import { Program, run } from './program.mjs';
import { rtp } from './gun.mjs';
import { SrtpStream } from './srtp.mjs';
import { check, stunStatus } from './stun.mjs';
import { until } from './until.mjs';

const kSuite = 'AES_CM_128_HMAC_SHA1_80';

/** A certificate and its fingerprint, as a description tells it. @param {string} folder @param {string} name */
export async function makeCertificate(folder, name) {
  const [key, file] = [path.join(folder, `${name}.key`), path.join(folder, `${name}.pem`)];
  const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30', '-subj', `/CN=${name}`];
  const { code, errors } = await run('openssl', [...kind, '-keyout', key, '-out', file], { directory: folder });
  if (code !== 0) throw new Error(`openssl req: ${errors}`);
  return { key, file, fingerprint: new crypto.X509Certificate(fs.readFileSync(file)).fingerprint256 };
}

/** @typedef {Awaited<ReturnType<typeof makeCertificate>>} Certificate */
/** @typedef {{host: string, port: number, ufrag: string, pwd: string}} Remote */

/** What an answer says about the server's side. @param {string} sdp @returns {Remote} */
export function remoteOf(sdp) {
  const found = (/** @type {RegExp} */ pattern) => pattern.exec(sdp)?.[1] ?? '';
  return {
    host: found(/^c=IN IP4 (\S+)/m),
    port: Number(found(/^m=audio (\d+)/m)),
    ufrag: found(/^a=ice-ufrag:(\S+)/m),
    pwd: found(/^a=ice-pwd:(\S+)/m),
  };
}

export class WebRtcPeer {
  /** @type {Ear} */
  ear;
  hz;
  /** Checks that were answered, with which code. @type {number[]} */
  checks = [];
  /** Everything that came and is not STUN. */
  packets = 0;
  #stopped = false;
  #folder;
  #ice;
  #socket = dgram.createSocket('udp4');
  #inside = dgram.createSocket('udp4');
  #certificate;
  /** @type {number | undefined} where openssl sits */
  #openssl;
  /** @type {Remote | undefined} */
  #remote;
  /** @type {Program | undefined} */
  #program;
  /** @type {SrtpStream | undefined} */
  #receiver;
  /** @type {NodeJS.Timeout[]} */
  #timers = [];
  #heard = new HeardSamples();

  /** @param {string} folder @param {Certificate} certificate that it shows @param {{hz: number, ice: boolean}} options */
  constructor(folder, certificate, { hz, ice }) {
    this.#folder = folder;
    this.#certificate = certificate;
    this.#ice = ice;
    this.hz = hz;
    this.ear = new Ear('the WebRTC peer', () => [this.#heard.sound]);
  }

  /** @param {string} folder @param {Certificate} certificate @param {{hz?: number, ice?: boolean, own?: string}} [options] */
  static async open(folder, certificate, { hz = 1490, ice = true, own = '127.0.0.1' } = {}) {
    const peer = new WebRtcPeer(folder, certificate, { hz, ice });
    await new Promise((resolve) => peer.#socket.bind(0, own, () => resolve(undefined)));
    await new Promise((resolve) => peer.#inside.bind(0, '127.0.0.1', () => resolve(undefined)));
    peer.#socket.on('message', (bytes) => peer.#receive(bytes));
    peer.#inside.on('message', (bytes, from) => {
      peer.#openssl = from.port;
      if (peer.#remote) peer.#socket.send(bytes, peer.#remote.port, peer.#remote.host);
    });
    for (const each of [peer.#socket, peer.#inside]) each.on('error', () => {});
    return peer;
  }

  /** Its offer; the certificate that it announces need not be the one that it shows. @param {Certificate} [announced] */
  sdp(announced = this.#certificate) {
    const { address, port } = this.#socket.address();
    const ice = ['a=ice-ufrag:them', 'a=ice-pwd:0123456789012345678901', `a=candidate:1 1 udp 2130706431 ${address} ${port} typ host`];
    return [
      'v=0',
      `o=- 1 1 IN IP4 ${address}`,
      's=-',
      't=0 0',
      `m=audio ${port} UDP/TLS/RTP/SAVP${this.#ice ? 'F' : ''} 0`,
      `c=IN IP4 ${address}`,
      'a=rtpmap:0 PCMU/8000',
      'a=setup:active',
      'a=mid:0',
      'a=rtcp-mux',
      `a=fingerprint:sha-256 ${announced.fingerprint}`,
      ...(this.#ice ? ice : []),
      'a=sendrecv',
      '',
    ].join('\r\n');
  }

  /** Finds the path to the server, and goes on looking after it (RFC 7675). @param {Remote} remote */
  async connect(remote) {
    this.#remote = remote;
    if (!this.#ice) return;
    const knock = () => this.sendRaw(check(remote));
    this.#timers.push(setInterval(knock, 200));
    knock();
    await until('the check is answered', () => this.checks.includes(200));
  }

  /** Any datagram. @param {Buffer} bytes */
  sendRaw(bytes) {
    if (this.#remote) this.#socket.send(bytes, this.#remote.port, this.#remote.host);
  }

  /** Begins a handshake as the client. */
  shakeHands() {
    const { key, file } = this.#certificate;
    const { port } = this.#inside.address();
    const args = ['s_client', '-dtls1_2', '-connect', `127.0.0.1:${port}`, '-cert', file, '-key', key, '-ign_eof'];
    const srtp = ['-use_srtp', 'SRTP_AES128_CM_SHA1_80', '-keymatexport', 'EXTRACTOR-dtls_srtp', '-keymatexportlen', '60'];
    this.#program = new Program('openssl', 'openssl', [...args, ...srtp], { directory: this.#folder });
    return this.#program;
  }

  /** Shakes hands and speaks. */
  async speak() {
    const [, hex] = await this.shakeHands().says(/Keying material: ([0-9A-F]{120})/);
    const material = Buffer.from(hex, 'hex');
    // RFC 5764 section 4.2: keys of client and server, then their salts.
    const part = (/** @type {number} */ key, /** @type {number} */ salt) =>
      new SrtpStream(kSuite, Buffer.concat([material.subarray(key, key + 16), material.subarray(salt, salt + 14)]));
    const sender = part(0, 32);
    this.#receiver = part(16, 46);
    let sequence = 0;
    let due = performance.now();
    const frame = () => {
      const payload = Buffer.alloc(160);
      for (let i = 0; i < 160; ++i) payload[i] = encodePcmu(0.4 * Math.sin((2 * Math.PI * this.hz * (sequence * 160 + i)) / 8000));
      this.sendRaw(sender.protect(rtp({ sequence, timestamp: sequence * 160, ssrc: 0x57656221, payload })));
      sequence += 1;
    };
    this.#timers.push(
      setInterval(() => {
        for (; due <= performance.now(); due += 20) frame();
      }, 10),
    );
  }

  /** @param {Buffer} bytes */
  #receive(bytes) {
    if (bytes[0] < 4) {
      this.checks.push(stunStatus(bytes) ?? 0);
      return;
    }
    this.packets += 1;
    if (bytes[0] < 64) {
      if (this.#openssl) this.#inside.send(bytes, this.#openssl, '127.0.0.1');
      return;
    }
    const packet = bytes[1] >= 200 && bytes[1] <= 207 ? undefined : this.#receiver?.unprotect(bytes);
    for (const byte of packet?.subarray(12) ?? []) this.#heard.push(decodePcmu(byte));
  }

  async stop() {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const timer of this.#timers) clearInterval(timer);
    if (this.#program && !this.#program.exit) await this.#program.stop();
    this.#socket.close();
    this.#inside.close();
  }

  tail() {
    return this.#program?.tail(5) ?? '';
  }
}
