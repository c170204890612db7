// sipp, the SIP load tool, with the scenarios of tests/interop/sipp.
// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodePcmu } from './pcmu.mjs';
import { freePort, mediaPorts } from './ports.mjs';
import { Program } from './program.mjs';
import { until } from './until.mjs';

const kScenarios = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../interop/sipp');

/** The tone that it speaks with. */
export const kVoiceOfSipp = 1330;

/** For media; several may run beside each other. */
const kPortsOfOne = 4;
const kRunsAtOnce = 5;
let runs = 0;

/**
 * @typedef {object} Options
 * @property {number} server the SIP port of the server
 * @property {string} extension the first field of the scenario's user, with its password
 * @property {string} password
 * @property {string} [to] whom it calls
 * @property {number} [calls]
 * @property {number} [rate] calls a second
 * @property {'udp' | 'tcp'} [transport]
 * @property {string[][]} [users] one line for each call: further fields of the injection file
 * @property {number} [port]
 */

export class Sipp {
  port;
  #program;
  #directory;

  /** @param {Program} program @param {string} directory @param {number} port */
  constructor(program, directory, port) {
    this.#program = program;
    this.#directory = directory;
    this.port = port;
  }

  /** @param {string} scenario e.g. 'register' for register.xml @param {string} directory @param {Options} options */
  static async start(scenario, directory, options) {
    const { server, extension, password, to, calls = 1, rate = 10, transport = 'udp', users } = options;
    const port = options.port ?? (await freePort());
    const media = (await mediaPorts()).phones;
    fs.writeFileSync(path.join(directory, 'voice.pcmu'), telephoneVoice(kVoiceOfSipp));
    const rows = (users ?? [[extension, password]]).map(([user, secret, ...more]) => [user, credentialsOf(user, secret), ...more]);
    fs.writeFileSync(path.join(directory, 'users.csv'), `SEQUENTIAL\n${rows.map((row) => row.join(';')).join('\n')}\n`);
    const args = [
      ...['-sf', path.join(kScenarios, `${scenario}.xml`), '-inf', 'users.csv', '-s', to ?? extension],
      ...['-i', '127.0.0.1', '-p', String(port), '-mp', String(media.min + 40 + kPortsOfOne * (runs++ % kRunsAtOnce)), '-t', transport === 'tcp' ? 't1' : 'u1'],
      // Left alone it signs the server's address for every request; a call is to somebody.
      ...(to ? ['-auth_uri', `${to}@127.0.0.1:${server}`] : []),
      // No @, which would have to be escaped where a Call-ID is part of a URI.
      ...['-cid_str', '%u-%p-sipp'],
      ...['-m', String(calls), '-r', String(rate), '-timeout', '30s', '-timeout_error', '-recv_timeout', '10000', '-nostdin'],
      ...['-trace_err', '-error_file', 'errors.txt', '-trace_msg', '-message_file', 'messages.txt', '-trace_logs', '-log_file', 'said.txt', `127.0.0.1:${server}`],
    ];
    const program = new Program(`sipp-${scenario}`, 'sipp', args, { directory, env: { TERM: 'dumb' } });
    return new Sipp(program, directory, port);
  }

  /** Every call of the scenario went as written. @param {number} [deadline] milliseconds */
  async succeeds(deadline = 40_000) {
    const { code } = await this.#program.ended(deadline);
    if (code !== 0) throw new Error(`sipp ended with ${code}: ${this.tail()}`);
  }

  /** What the scenario has written with <log>. @param {RegExp} pattern @param {number} [within] */
  async says(pattern, within = 10_000) {
    const file = path.join(this.#directory, 'said.txt');
    return until(`sipp says ${pattern}`, () => fs.existsSync(file) && pattern.exec(fs.readFileSync(file, 'utf8')), { within, otherwise: () => this.tail() });
  }

  tail() {
    const errors = path.join(this.#directory, 'errors.txt');
    return fs.existsSync(errors) ? fs.readFileSync(errors, 'utf8').slice(-3000) : this.#program.tail();
  }

  async stop() {
    if (!this.#program.exit) await this.#program.stop({ signal: 'SIGKILL' });
  }
}

/** Ten seconds of a tone, as rtp_stream reads it: bare PCMU. @param {number} hz */
function telephoneVoice(hz) {
  return Buffer.from(Array.from({ length: 80_000 }, (_, i) => encodePcmu(0.4 * Math.sin((2 * Math.PI * hz * i) / 8000))));
}

/** sipp takes its credentials from the injection file as one field. @param {string} user @param {string} password */
function credentialsOf(user, password) {
  return `[authentication username=${user} password=${password}]`;
}
