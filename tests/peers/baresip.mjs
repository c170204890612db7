// A real SIP phone: baresip, driven over its control port, with a tone for a voice and a recorder for an ear.
// @ts-check
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { freePort, mediaPorts } from './ports.mjs';
import { Program } from './program.mjs';
import { Ear } from './ear.mjs';
import { readWav, voice, writeWav } from './wav.mjs';
import { Events, until } from './until.mjs';

/**
 * @typedef {object} Options
 * @property {string} extension
 * @property {string} password
 * @property {number} server the SIP port of the server, for this transport
 * @property {'udp' | 'tcp' | 'tls'} [transport] over TLS it believes any certificate
 * @property {string[]} [codecs] in baresip's words: 'PCMU/8000/1', 'PCMA/8000/1', 'G722/16000/1', 'opus/48000/2'
 * @property {'auto' | 'manual'} [answer]
 * @property {number} hz the tone it sends
 * @property {number} [speaks] for so many seconds, 10 if not said; then it hangs up
 * @property {boolean} [register]
 * @property {boolean} [refused] its registration will be refused: start() waits for that
 * @property {number} [expires] of its registration, in seconds
 * @property {number} [calls] how many calls at once before it is busy
 * @property {'srtp' | 'srtp-mand' | 'srtp-mandf' | 'dtls_srtp' | 'dtls_srtpf'} [encryption] of its audio, in baresip's words
 * @property {boolean} [ice] it is a full ICE agent
 * @property {boolean} [rtcpMux]
 * @property {string} [writesTo] the extension that its messages go to; it also shows those that come
 * @property {string[]} [modules] further modules, such as 'presence' and 'mwi'
 * @property {string[]} [contacts] the numbers whose presence it watches, if it has the module
 * @property {string} [more] further parameters of its account, as baresip writes them: ';sipnat=outbound'
 */

/** @typedef {{type: string, param?: string, id?: string, peeruri?: string, direction?: string}} PhoneEvent */

export const kCodecs = { pcmu: 'PCMU/8000/1', pcma: 'PCMA/8000/1', g722: 'G722/16000/1', opus: 'opus/48000/2' };

/** @param {string} text */
function netstring(text) {
  return `${Buffer.byteLength(text)}:${text},`;
}

export class Baresip {
  extension;
  hz;
  port;
  /** @type {Events<PhoneEvent>} */
  events;
  /** What it hears. @type {Ear} */
  ear;
  #directory;
  #options;
  #program;
  #control;
  #buffer = Buffer.alloc(0);
  /** @type {Map<string, (reply: {ok: boolean, data: string}) => void>} */
  #replies = new Map();
  #tokens = 0;

  /**
   * @param {string} directory
   * @param {Options} options
   * @param {number} port
   * @param {Program} program
   * @param {net.Socket} control
   */
  constructor(directory, options, port, program, control) {
    this.extension = options.extension;
    this.hz = options.hz;
    this.port = port;
    this.events = new Events(`phone ${this.extension}`);
    this.ear = new Ear(`phone ${this.extension}`, () => this.#recording());
    this.#directory = directory;
    this.#options = options;
    this.#program = program;
    this.#control = control;
    control.on('data', (bytes) => this.#receive(bytes));
    control.on('error', () => {});
  }

  /** @param {string} directory a new folder for its settings and recordings @param {Options} options */
  static async start(directory, options) {
    const port = await freePort();
    const controlPort = await freePort();
    const media = (await mediaPorts()).phones;
    writeFiles(directory, options, { sip: port, control: controlPort, media });
    // It shows messages to a person only, who needs a keyboard.
    const stdin = options.writesTo ? 'pipe' : 'ignore';
    const program = new Program(`baresip-${options.extension}`, 'baresip', ['-f', directory], { directory, stdin });
    try {
      const control = await until(`the control port of phone ${options.extension} opens`, () => {
        if (program.exit) throw new Error(`baresip ended: ${program.tail()}`);
        return connect(controlPort);
      });
      const phone = new Baresip(directory, options, port, program, control);
      // Made only now, so that no event of its registration comes before somebody listens.
      await phone.command('uanew', account(options));
      if (options.refused) await phone.event('REGISTER_FAIL');
      else if (options.register ?? true) await phone.registered();
      return phone;
    } catch (error) {
      await program.stop().catch(() => {});
      throw new Error(`${error instanceof Error ? error.message : error}\n${program.tail()}`);
    }
  }

  /** @param {Buffer} bytes */
  #receive(bytes) {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    for (;;) {
      const colon = this.#buffer.indexOf(':');
      if (colon < 0) return;
      const size = Number(this.#buffer.toString('latin1', 0, colon));
      if (this.#buffer.length < colon + size + 2) return;
      const message = JSON.parse(this.#buffer.toString('utf8', colon + 1, colon + 1 + size));
      this.#buffer = this.#buffer.subarray(colon + size + 2);
      if (message.event) this.events.add(message);
      if (message.response) this.#replies.get(message.token)?.(message);
    }
  }

  /**
   * A command of baresip's own menu.
   * @param {string} command
   * @param {string} [params]
   * @returns {Promise<string>} what it printed
   */
  async command(command, params = '') {
    const token = String(++this.#tokens);
    /** @type {{ok: boolean, data: string} | undefined} */
    let reply;
    this.#replies.set(token, (answer) => {
      reply = answer;
    });
    this.#control.write(netstring(JSON.stringify({ command, params, token })));
    const { ok, data } = await until(`phone ${this.extension} answers the command ${command}`, () => reply);
    if (!ok) throw new Error(`phone ${this.extension}: ${command} ${params}: ${data}`);
    return data;
  }

  /** @param {string} number an extension, or a whole SIP URI */
  uri(number) {
    const { server, transport = 'udp' } = this.#options;
    return number.startsWith('sip:') ? number : `sip:${number}@127.0.0.1:${server};transport=${transport}`;
  }

  /** @param {string} number */
  async dial(number) {
    await this.command('dial', this.uri(number));
  }

  async accept() {
    await this.command('accept');
  }

  async hangup() {
    await this.command('hangup');
  }

  async hold() {
    await this.command('hold');
  }

  async resume() {
    await this.command('resume');
  }

  async mute() {
    await this.command('mute');
  }

  /** @param {string} digits */
  async sendDigits(digits) {
    await this.command('sndcode', digits);
  }

  /** To the extension of `writesTo`. @param {string} text one line */
  async write(text) {
    await this.command('message', text);
  }

  /** Waits until it shows this message. @param {string} text one line */
  async shows(text, within = 10_000) {
    await until(`phone ${this.extension} shows "${text}"`, () => this.tail(1000).includes(`: "${text}"`), { within });
  }

  /** @param {string} type @param {number} [within] */
  async event(type, within) {
    return this.events.take(type, (event) => event.type === type, within);
  }

  async registered() {
    return this.event('REGISTER_OK');
  }

  /** Somebody calls; the phone rings. */
  async incoming() {
    return this.event('CALL_INCOMING');
  }

  /** The far end rings. */
  async ringing() {
    return this.events.take('180 or 183', (event) => event.type === 'CALL_RINGING' || event.type === 'CALL_PROGRESS');
  }

  async established() {
    return this.event('CALL_ESTABLISHED');
  }

  /** @param {RegExp} [reason] what the phone says about the end, e.g. /486/ */
  async closed(reason = /(?:)/, within = 5000) {
    return this.events.take(
      `CALL_CLOSED ${reason}`,
      (event) => event.type === 'CALL_CLOSED' && reason.test(event.param ?? ''),
      within,
    );
  }

  /** Waits until these digits have come, in this order. @param {string} digits */
  async digits(digits) {
    const received = () =>
      this.events.all
        .filter((event) => event.type === 'CALL_DTMF_START')
        .map((event) => event.param)
        .join('');
    await until(`phone ${this.extension} gets the digits ${digits}`, () => received() === digits, { otherwise: received });
  }

  /** No call is left in the phone. */
  async idle() {
    await until(`phone ${this.extension} has no call`, async () => /Active calls \(0\)/.test(await this.command('listcalls')));
  }

  /** All it has heard since it started, over all its calls. */
  #recording() {
    const folder = path.join(this.#directory, 'heard');
    const files = fs.readdirSync(folder).filter((file) => file.endsWith('-dec.wav'));
    return files.sort().map((file) => readWav(path.join(folder, file)));
  }

  async stop() {
    this.#control.destroy();
    await this.#program.stop();
  }

  /** @param {number} [lines] */
  tail(lines) {
    return this.#program.tail(lines);
  }
}

/** @param {number} port @returns {Promise<net.Socket | undefined>} */
function connect(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}

/** @param {Options} options @returns {string} the account as baresip writes it */
function account(options) {
  const { extension, password, server, transport = 'udp', answer = 'manual', register = true } = options;
  const { codecs = [kCodecs.pcmu], expires = 600, encryption, ice, more = '' } = options;
  return (
    `<sip:${extension}@127.0.0.1:${server};transport=${transport}>;auth_pass=${password};answermode=${answer}` +
    `;regint=${register ? expires : 0};audio_codecs=${codecs.join(',')}` +
    `${encryption ? `;mediaenc=${encryption}` : ''}${ice ? ';medianat=ice' : ''}${more}`
  );
}

/**
 * @param {string} directory
 * @param {Options} options
 * @param {{sip: number, control: number, media: {min: number, max: number}}} ports
 */
function writeFiles(directory, options, ports) {
  const { calls = 4, encryption, ice = false, rtcpMux = false, contacts = [], server, speaks } = options;
  const tone = path.join(directory, 'voice.wav');
  const heard = path.join(directory, 'heard');
  fs.mkdirSync(heard, { recursive: true });
  writeWav(tone, voice(options.hz, { seconds: speaks }));
  const friend = options.writesTo ? `"Friend" <sip:${options.writesTo}@127.0.0.1:${options.server}>\n` : '';
  const watched = contacts.map((number) => `"${number}" <sip:${number}@127.0.0.1:${server}>;presence=p2p\n`);
  fs.writeFileSync(path.join(directory, 'contacts'), friend + watched.join(''));
  fs.writeFileSync(path.join(directory, 'accounts'), '');
  const modules = ['opus', 'g711', 'g722', 'aufile', 'aubridge', 'sndfile', 'uuid'];
  if (options.writesTo) modules.push('stdio');
  if (encryption) modules.push(encryption.startsWith('dtls') ? 'dtls_srtp' : 'srtp');
  if (ice) modules.push('ice');
  const apps = options.modules ?? [];
  fs.writeFileSync(
    path.join(directory, 'config'),
    `${[
      'poll_method epoll',
      `sip_listen 127.0.0.1:${ports.sip}`,
      'net_interface 127.0.0.1',
      'call_local_timeout 120',
      `call_max_calls ${calls}`,
      'module_path /usr/lib/baresip/modules',
      'audio_path /nonexistent',
      // aubridge alone is a player that swallows; the recorder sits before it. The source must have exactly this rate.
      'audio_player aubridge,p',
      `audio_source aufile,${tone}`,
      'audio_alert aufile,/dev/null',
      'ausrc_srate 48000',
      'auplay_srate 48000',
      'ausrc_channels 1',
      'auplay_channels 1',
      'audio_level no',
      `rtp_ports ${ports.media.min}-${ports.media.max}`,
      `rtcp_mux ${rtcpMux ? 'yes' : 'no'}`,
      'jitter_buffer_delay 2-10',
      'module ctrl_tcp.so',
      'module_app account.so',
      'module_app contact.so',
      'module_app menu.so',
      ...apps.map((module) => `module_app ${module}.so`),
      ...modules.map((module) => `module ${module}.so`),
      `ctrl_tcp_listen 127.0.0.1:${ports.control}`,
      `snd_path ${heard}`,
    ].join('\n')}\n`,
  );
}
