// A bad network between a browser and the server: a relay for its media that loses a share of the speech, in either
// direction. Connectivity checks, the handshake and reports pass.
// @ts-check
import dgram from 'node:dgram';

/** RFC 5761 section 4 and RFC 7983 section 7. @param {Buffer} datagram */
function isSpeech(datagram) {
  const isRtpOrRtcp = datagram[0] >= 128 && datagram[0] <= 191;
  const type = datagram[1] & 0x7f;
  return isRtpOrRtcp && (type < 64 || type > 95);
}

/**
 * Runs in the page before its scripts: what the server says about its media address is replaced.
 * @param {{from: number, to: number}} ports
 */
function redirect({ from, to }) {
  const original = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (/** @type {any} */ description) {
    const sdp = description?.sdp?.replaceAll(` ${from} typ host`, ` ${to} typ host`).replaceAll(`m=audio ${from} `, `m=audio ${to} `);
    return original.call(this, sdp === undefined ? description : { type: description.type, sdp });
  };
}

export class BadNetwork {
  /** The share of packets that are lost on the way from the browser, and to it. */
  loss = { up: 0, down: 0 };
  /** Nothing passes at all, in neither direction. */
  cut = false;
  #server;
  #port = 0;
  #inside = dgram.createSocket('udp4');
  #outside = dgram.createSocket('udp4');
  /** @type {import('node:dgram').RemoteInfo | undefined} */
  #browser;
  #credit = { up: 0, down: 0 };

  /** @param {number} server its WebRTC port */
  constructor(server) {
    this.#server = server;
  }

  /** @param {number} server its WebRTC port */
  static async start(server) {
    const network = new BadNetwork(server);
    await network.#bind();
    return network;
  }

  /** From its next load on, the page's media goes this way. @param {import('playwright-core').Page} page */
  async carry(page) {
    await page.addInitScript(redirect, { from: this.#server, to: this.#port });
    await page.reload();
  }

  async #bind() {
    await new Promise((resolve) => this.#inside.bind(0, '127.0.0.1', () => resolve(undefined)));
    await this.#listenOutside();
    this.#port = this.#inside.address().port;
    this.#inside.on('message', (datagram, from) => {
      this.#browser = from;
      if (!this.#loses('up', datagram)) this.#outside.send(datagram, this.#server, '127.0.0.1');
    });
  }

  async #listenOutside() {
    await new Promise((resolve) => this.#outside.bind(0, '127.0.0.1', () => resolve(undefined)));
    this.#outside.on('message', (datagram) => {
      const browser = this.#browser;
      if (browser && !this.#loses('down', datagram)) this.#inside.send(datagram, browser.port, browser.address);
    });
  }

  /** The browser appears at another address from now on, as when it goes from one network to another. */
  async move() {
    this.#outside.close();
    this.#outside = dgram.createSocket('udp4');
    await this.#listenOutside();
  }

  /** Evenly, so that the share is exact. @param {'up' | 'down'} way @param {Buffer} datagram */
  #loses(way, datagram) {
    if (this.cut) return true;
    if (!isSpeech(datagram)) return false;
    this.#credit[way] += this.loss[way];
    if (this.#credit[way] < 1) return false;
    this.#credit[way] -= 1;
    return true;
  }

  async stop() {
    this.#inside.close();
    this.#outside.close();
  }

  tail() {
    return `bad network: loses ${this.loss.up} up, ${this.loss.down} down`;
  }
}
