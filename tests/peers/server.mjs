// The real server: its own folder, its own ports, its own accounts.
// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, mediaPorts } from './ports.mjs';
import { Program, run } from './program.mjs';
import { hostPort } from './wire.mjs';

const kRepository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const kSanitizer = /ERROR: (Address|Leak|Thread)Sanitizer|WARNING: ThreadSanitizer|runtime error:/;

/** @returns {string} */
export function serverBinary() {
  const binary = process.env.WEBCALLING_BIN;
  if (!binary) throw new Error('WEBCALLING_BIN must name the server program, e.g. build/dev/webcalling');
  return path.resolve(binary);
}

/** @typedef {Record<string, string>} Accounts extension to password */
/** @typedef {Record<string, Record<string, string | number | string[]>>} Settings section to key to value */

/** @typedef {{sip: number, tls: number, ws: number, wss: number, web: number, https: number, webrtc: number, rtp: {min: number, max: number}}} Ports */

export class Server {
  directory;
  /** Where it listens, and is called. */
  address;
  ports;
  settings;
  accounts;
  /** @type {Program | undefined} */
  #program;
  #starts = 0;

  /**
   * @param {string} directory of this server alone
   * @param {string} address
   * @param {Ports} ports
   * @param {Accounts} accounts
   * @param {Settings} settings
   */
  constructor(directory, address, ports, accounts, settings) {
    this.directory = directory;
    this.address = address;
    this.ports = ports;
    this.accounts = accounts;
    this.settings = settings;
  }

  /**
   * Writes the settings and the accounts, but does not start yet.
   * @param {string} directory
   * @param {{accounts?: Accounts, settings?: Settings, address?: string}} [options] `settings` are laid over those of the test
   */
  static async prepare(directory, { accounts = {}, settings = {}, address = '127.0.0.1' } = {}) {
    fs.mkdirSync(directory, { recursive: true });
    const media = await mediaPorts();
    const ports = {
      sip: await freePort(),
      tls: await freePort(),
      ws: await freePort(),
      wss: await freePort(),
      web: await freePort(),
      https: await freePort(),
      webrtc: await freePort(),
      rtp: media.server,
    };
    const server = new Server(directory, address, ports, accounts, settings);
    server.writeSettings();
    await server.#importAccounts(accounts);
    return server;
  }

  get configFile() {
    return path.join(this.directory, 'webcalling.toml');
  }

  get dataDirectory() {
    return path.join(this.directory, 'data');
  }

  /** The page of the web phone. */
  get url() {
    return `http://${hostPort(this.address, this.ports.web)}/`;
  }

  /** The same page, encrypted. */
  get secureUrl() {
    return `https://${hostPort(this.address, this.ports.https)}/`;
  }

  /** The host of a SIP URI. */
  get domain() {
    return hostPort(this.address, this.ports.sip);
  }

  /** The file of the certificate that the server makes for itself, key included. */
  get certificateFile() {
    return path.join(this.dataDirectory, 'tls-certificate.pem');
  }

  get log() {
    return this.#program?.errors ?? '';
  }

  get pid() {
    return this.#program?.pid;
  }

  /** True once it has ended, whoever ended it. */
  get exited() {
    return this.#program?.exit !== undefined;
  }

  writeSettings() {
    /** @type {Settings} */
    const settings = {
      server: { data_directory: this.dataDirectory, public_address: this.address, log_level: 'debug' },
      sip: {
        listen_address: this.address,
        udp_port: this.ports.sip,
        tcp_port: this.ports.sip,
        tls_port: this.ports.tls,
        ws_port: this.ports.ws,
        wss_port: this.ports.wss,
      },
      web: {
        listen_address: this.address,
        port: this.ports.web,
        https_port: this.ports.https,
        root: process.env.WEBCALLING_WEB_ROOT ?? path.join(kRepository, 'web/dist'),
      },
      media: {
        loops: 1,
        webrtc_port: this.ports.webrtc,
        rtp_port_min: this.ports.rtp.min,
        rtp_port_max: this.ports.rtp.max,
      },
    };
    for (const [section, keys] of Object.entries(this.settings)) settings[section] = { ...settings[section], ...keys };
    const text = Object.entries(settings)
      .map(([section, keys]) => [`[${section}]`, ...Object.entries(keys).map(([key, value]) => `${key} = ${JSON.stringify(value)}`), ''])
      .flat()
      .join('\n');
    fs.writeFileSync(this.configFile, text);
  }

  /** Runs another command of the program, e.g. command('account', 'list'). @param {...string} args */
  async command(...args) {
    return run(serverBinary(), [...args, '--config', this.configFile], {
      directory: this.directory,
      name: `webcalling-${args[0]}`,
    });
  }

  /** @param {Accounts} accounts */
  async #importAccounts(accounts) {
    const file = path.join(this.directory, 'accounts');
    fs.writeFileSync(file, Object.entries(accounts).map(([extension, password]) => `${extension}\t\t${password}\n`).join(''));
    const { code, output, errors } = await this.command('account', 'import', file);
    if (code !== 0) throw new Error(`account import: ${code}: ${output}${errors}`);
  }

  /** @param {string} extension @param {string} password */
  async addAccount(extension, password) {
    const { code, output, errors } = await this.command('account', 'add', extension, '--password', password);
    if (code !== 0) throw new Error(`account add ${extension}: ${code}: ${output}${errors}`);
    this.accounts[extension] = password;
  }

  /** Starts the program without waiting, for the tests of starts that fail. */
  launch() {
    this.#starts += 1;
    this.#program = new Program(`webcalling-${this.#starts}`, serverBinary(), ['serve', '--config', this.configFile], {
      directory: this.directory,
      env: { UBSAN_OPTIONS: 'print_stacktrace=1' },
    });
    return this.#program;
  }

  /** A start that must fail: how it ended, and what was said. */
  async endsByItself() {
    const program = this.launch();
    const end = await program.ended();
    this.#program = undefined;
    return { program, ...end };
  }

  async start() {
    await this.launch().says(/^WebCalling is ready/m);
  }

  /** Ends the server as systemd would; it must end cleanly. */
  async stop() {
    const program = this.#program;
    if (!program) return;
    this.#program = undefined;
    const { code, signal } = program.exit ?? (await program.stop());
    if (kSanitizer.test(program.errors)) throw new Error(`the server broke a rule of the sanitizer:\n${program.errors}`);
    if (code !== 0) throw new Error(`the server ended with ${signal ?? code}:\n${program.tail(40)}`);
  }

  /** Ends it without a word, as a crash does. */
  async kill() {
    const program = this.#program;
    this.#program = undefined;
    program?.signal('SIGKILL');
    await program?.ended();
  }

  /** Has it take up what has changed, as an operator would. */
  reload() {
    this.#program?.signal('SIGHUP');
  }

  async restart() {
    await this.stop();
    await this.start();
  }

  /** @returns {string} for the report of a failed test */
  tail() {
    return this.#program?.tail(40) ?? '(not running)';
  }
}
