// A NAT of the simplest kind: datagrams of one phone go to the server from another address, and the answers back. It sees
// what passes.
// @ts-check
import dgram from 'node:dgram';

/** @typedef {'request' | 'success' | 'other'} StunKind */

/** @param {Buffer} datagram @returns {StunKind | undefined} RFC 8489 section 5 */
export function stunKind(datagram) {
  if (datagram.length < 20 || datagram.readUInt32BE(4) !== 0x2112a442) return undefined;
  const type = datagram.readUInt16BE(0);
  return type === 0x0001 ? 'request' : type === 0x0101 ? 'success' : 'other';
}

export class Relay {
  port = 0;
  /** STUN that passed, in either direction. @type {StunKind[]} */
  stun = [];
  #inside = dgram.createSocket('udp4');
  #outside = dgram.createSocket('udp4');
  /** @type {import('node:dgram').RemoteInfo | undefined} */
  #phone;

  /** @param {number} server its port */
  static async start(server) {
    const relay = new Relay();
    await relay.#bind(server);
    return relay;
  }

  /** @param {number} server */
  async #bind(server) {
    await new Promise((resolve) => this.#inside.bind(0, '127.0.0.1', () => resolve(undefined)));
    await new Promise((resolve) => this.#outside.bind(0, '127.0.0.1', () => resolve(undefined)));
    this.port = this.#inside.address().port;
    this.#inside.on('message', (datagram, from) => {
      this.#phone = from;
      this.#note(datagram);
      this.#outside.send(datagram, server, '127.0.0.1');
    });
    this.#outside.on('message', (datagram) => {
      this.#note(datagram);
      if (this.#phone) this.#inside.send(datagram, this.#phone.port, this.#phone.address);
    });
  }

  /** @param {Buffer} datagram */
  #note(datagram) {
    const kind = stunKind(datagram);
    if (kind) this.stun.push(kind);
  }

  async stop() {
    this.#inside.close();
    this.#outside.close();
  }

  tail() {
    return `relay: STUN ${this.stun.join(' ')}`;
  }
}
