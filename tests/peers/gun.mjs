// Something that shoots datagrams at any port of the server, from any address of this machine, and counts what comes back.
// @ts-check
import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { setImmediate as breath } from 'node:timers/promises';

export class Gun {
  /** What was sent to it. @type {Buffer[]} */
  hits = [];
  address = '';
  port = 0;
  /** Whom it has shot at: others may still look for somebody who had its port before. @type {Set<number>} */
  #targets = new Set();
  #socket = dgram.createSocket('udp4');

  /** @param {string} [own] every address that begins with 127 is this machine */
  static async at(own = '127.0.0.2') {
    const gun = new Gun();
    await new Promise((resolve, reject) => gun.#socket.once('error', reject).bind(0, own, () => resolve(undefined)));
    ({ address: gun.address, port: gun.port } = gun.#socket.address());
    gun.#socket.on('message', (bytes, from) => {
      if (gun.#targets.has(from.port)) gun.hits.push(bytes);
    });
    gun.#socket.on('error', () => {});
    return gun;
  }

  /** Nobody has sent it anything. */
  assertUnanswered() {
    assert.deepEqual(this.hits.map((hit) => hit.toString('hex')), []);
  }

  /** @param {number} port @param {Buffer} bytes */
  shoot(port, bytes) {
    this.#targets.add(port);
    this.#socket.send(bytes, port, '127.0.0.1');
  }

  /**
   * Everything at every port; others get their turn meanwhile.
   * @param {{min: number, max: number}} range
   * @param {(i: number) => Buffer} make the i-th datagram for a port
   * @param {number} [times]
   */
  async spray({ min, max }, make, times = 1) {
    for (let i = 0; i < times; ++i) {
      const bytes = make(i);
      for (let port = min; port <= max; ++port) this.shoot(port, bytes);
      await breath();
    }
  }

  async stop() {
    this.#socket.close();
  }
}

/**
 * RFC 3550 section 5.1
 * @param {{payloadType?: number, sequence?: number, timestamp?: number, ssrc?: number, payload?: Buffer}} packet
 */
export function rtp({ payloadType = 0, sequence = 0, timestamp = 0, ssrc = 0x4d616c6c, payload = Buffer.alloc(0) }) {
  const header = Buffer.from([0x80, payloadType, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt16BE(sequence & 0xffff, 2);
  header.writeUInt32BE(timestamp >>> 0, 4);
  header.writeUInt32BE(ssrc >>> 0, 8);
  return Buffer.concat([header, payload]);
}
