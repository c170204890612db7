// A stage: one server and the phones of one test. What is started on it is stopped with it, also when the test fails.
// @ts-check
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { Baresip } from './baresip.mjs';
import { JsSipPhone } from './jssip_phone.mjs';
import { PlainPhone } from './plain_phone.mjs';
import { Server } from './server.mjs';
import { SipClient } from './sip_client.mjs';
import { Sipp } from './sipp.mjs';
import { kPatience } from './until.mjs';
import { WebPhone } from './web_phone.mjs';
import { hostPort, tcpWire, tlsWire, udpWire, webSocketWire } from './wire.mjs';

/** @typedef {import('./server.mjs').Settings} Settings */
/** @typedef {'udp' | 'tcp' | 'tls' | 'ws' | 'wss'} Transport */

/** Each extension speaks with a tone of its own, none of them near a note or a tone that a telephone makes. */
const kVoices = { 1001: 610, 1002: 830, 1003: 1010 };
export const kAccounts = { 1001: 'Gt7-one-horse', 1002: 'Kw4-two-birds', 1003: 'Pz9-three-cats' };

/** @param {string} extension */
export function voiceOf(extension) {
  return kVoices[/** @type {keyof typeof kVoices} */ (/** @type {unknown} */ (extension))] ?? 1210;
}

export class Stage {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'webcalling-test-'));
  /** @type {Server} */
  // @ts-ignore set by open()
  server;
  /** @type {{stop: () => Promise<unknown>, tail?: () => string, extension?: string}[]} */
  #players = [];
  #count = 0;

  /** @param {{accounts?: Record<string, string>, settings?: Settings, address?: string, start?: boolean}} options */
  async open({ accounts = kAccounts, settings, address, start = true }) {
    this.server = await Server.prepare(path.join(this.directory, 'server'), { accounts: { ...accounts }, settings, address });
    if (start) await this.server.start();
  }

  /**
   * Something that has to be stopped when the test is over.
   * @template {{stop: () => Promise<unknown>}} T
   * @param {T} player
   * @returns {T}
   */
  keep(player) {
    this.#players.push(player);
    return player;
  }

  /** What is started meanwhile is stopped afterwards, and nothing else. @param {() => Promise<void>} play */
  async interlude(play) {
    const before = this.#players;
    this.#players = [];
    try {
      await play();
      for (const player of this.#players.splice(0).reverse()) await player.stop();
    } finally {
      // After a failure those of the interlude stay, for the report.
      this.#players = [...before, ...this.#players];
    }
  }

  /** A new folder below that of the stage. @param {string} name */
  folder(name) {
    const folder = path.join(this.directory, `${++this.#count}-${name}`);
    fs.mkdirSync(folder);
    return folder;
  }

  /**
   * A baresip phone, registered.
   * @param {string} extension
   * @param {Partial<import('./baresip.mjs').Options>} [options]
   */
  async phone(extension, options = {}) {
    const phone = await Baresip.start(this.folder(`baresip-${extension}`), {
      extension,
      password: this.server.accounts[extension] ?? 'none',
      server: options.transport === 'tls' ? this.server.ports.tls : this.server.ports.sip,
      hz: voiceOf(extension),
      ...options,
    });
    return this.keep(phone);
  }

  /**
   * A phone of our own making, registered.
   * @param {string} extension
   * @param {Partial<Parameters<typeof PlainPhone.start>[0]>} [options]
   */
  async plainPhone(extension, options = {}) {
    const phone = await PlainPhone.start({
      extension,
      password: this.server.accounts[extension] ?? 'none',
      server: this.server.ports.sip,
      address: this.server.address,
      hz: voiceOf(extension),
      ...options,
    });
    return this.keep(phone);
  }

  /**
   * The web phone in a browser of its own, not yet signed in.
   * @param {string} extension
   * @param {Partial<import('./web_phone.mjs').Options>} [options]
   */
  async openWebPhone(extension, options = {}) {
    const phone = await WebPhone.open(this.folder(`browser-${extension}`), {
      extension,
      password: this.server.accounts[extension] ?? 'none',
      url: this.server.url,
      hz: voiceOf(extension),
      ...options,
    });
    return this.keep(phone);
  }

  /** The web phone, signed in. @param {string} extension @param {Partial<import('./web_phone.mjs').Options>} [options] */
  async webPhone(extension, options) {
    const phone = await this.openWebPhone(extension, options);
    await phone.signIn();
    return phone;
  }

  /**
   * A phone made with JsSIP in a browser of its own, on a page of its own, signed in.
   * @param {string} extension
   * @param {Partial<import('./jssip_phone.mjs').Options>} [options]
   */
  async jsSipPhone(extension, options = {}) {
    const phone = await JsSipPhone.open(this.folder(`jssip-${extension}`), {
      extension,
      password: this.server.accounts[extension] ?? 'none',
      server: `ws://${hostPort(this.server.address, this.server.ports.ws)}/`,
      domain: this.server.domain,
      hz: voiceOf(extension),
      ...options,
    });
    this.keep(phone);
    await phone.signIn();
    return phone;
  }

  /**
   * A SIP client that is not registered.
   * @param {Transport} [transport]
   * @param {{user?: string, password?: string}} [identity]
   */
  async client(transport = 'udp', { user = '1001', password = this.server.accounts[user] ?? 'none' } = {}) {
    const wire = await this.#wire(transport);
    return this.keep(new SipClient(wire, { user, password, domain: this.server.domain }));
  }

  /** @param {Transport} transport */
  #wire(transport) {
    const { address, ports } = this.server;
    switch (transport) {
      case 'udp':
        return udpWire(ports.sip, { address });
      case 'tcp':
        return tcpWire(ports.sip, address);
      case 'tls':
        return tlsWire(ports.tls, address);
      case 'ws':
        return webSocketWire(ports.ws, '/', undefined, { address });
      case 'wss':
        return webSocketWire(ports.wss, '/', undefined, { secure: true, address });
    }
  }

  /**
   * A run of sipp.
   * @param {string} scenario
   * @param {Partial<import('./sipp.mjs').Options>} [options]
   */
  async sipp(scenario, { extension = '1001', ...options } = {}) {
    const run = await Sipp.start(scenario, this.folder(`sipp-${scenario}`), {
      extension,
      password: this.server.accounts[extension] ?? 'none',
      server: this.server.ports.sip,
      ...options,
    });
    return this.keep(run);
  }

  /** Stops everything, the server last; says what went wrong with any of them. @param {{keep: boolean}} options the folder */
  async close({ keep }) {
    /** @type {unknown[]} */
    const failures = [];
    for (const player of [...this.#players.reverse(), this.server].filter(Boolean)) {
      await player.stop().catch((error) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
    if (!keep) fs.rmSync(this.directory, { recursive: true, force: true });
  }

  /** What everybody said last, for the report of a failed test. */
  report() {
    const said = this.#players.map((player) => `--- ${player.extension ?? ''}\n${player.tail?.() ?? ''}`);
    return [...said, `--- server\n${this.server?.tail()}`, `--- everything is in ${this.directory}`].join('\n');
  }
}

/**
 * A test on a stage of its own.
 * @param {string} fact the name of the test
 * @param {(stage: Stage, t: import('node:test').TestContext) => Promise<void>} play
 * @param {{accounts?: Record<string, string>, settings?: Settings, address?: string, start?: boolean, timeout?: number}} [options]
 */
export function scene(fact, play, { timeout = 60_000, ...options } = {}) {
  test(fact, { timeout: timeout * kPatience }, async (t) => {
    const stage = new Stage();
    let failed = true;
    try {
      await stage.open(options);
      await play(stage, t);
      failed = false;
    } finally {
      if (failed) t.diagnostic(stage.report());
      await stage.close({ keep: failed }).catch((error) => {
        if (!failed) throw error;
        t.diagnostic(String(error));
      });
    }
  });
}
