// A program that runs beside the test: its output is kept, and it never outlives the test.
// @ts-check
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { until, within } from './until.mjs';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class Program {
  name;
  output = '';
  errors = '';
  /** @type {{code: number | null, signal: NodeJS.Signals | null} | undefined} */
  exit;
  #child;
  #exited;
  #logFile;

  /**
   * @param {string} name used in messages and as the name of the log file
   * @param {string} command
   * @param {string[]} args
   * @param {{directory: string, env?: Record<string, string>, stdin?: 'ignore' | 'pipe'}} options where to run and to log
   */
  constructor(name, command, args, { directory, env = {}, stdin = 'ignore' }) {
    this.name = name;
    this.#logFile = path.join(directory, `${name}.log`);
    this.#child = spawn(command, args, {
      cwd: directory,
      env: { ...process.env, ...env },
      stdio: [stdin, 'pipe', 'pipe'],
    });
    running.add(this.#child);
    this.#child.stdout.setEncoding('utf8').on('data', (text) => this.#keep('output', text));
    this.#child.stderr.setEncoding('utf8').on('data', (text) => this.#keep('errors', text));
    this.#exited = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.errors += `${error.message}\n`;
        running.delete(this.#child);
        this.exit = { code: -1, signal: null };
        resolve(this.exit);
      });
      this.#child.once('close', (code, signal) => {
        running.delete(this.#child);
        this.exit = { code, signal };
        resolve(this.exit);
      });
    });
  }

  /** @param {'output' | 'errors'} stream @param {string} text */
  #keep(stream, text) {
    this[stream] += text;
    fs.appendFileSync(this.#logFile, text);
  }

  get pid() {
    return this.#child.pid;
  }

  /** @param {NodeJS.Signals} signal */
  signal(signal) {
    this.#child.kill(signal);
  }

  /** Waits for the end that the program finds itself. @param {number} [deadline] milliseconds */
  async ended(deadline = 10_000) {
    return within(`${this.name} ends`, this.#exited, deadline);
  }

  /**
   * Asks the program to end and returns how it did; a program that does not obey is killed and reported.
   * @param {{signal?: NodeJS.Signals, deadline?: number}} [options]
   */
  async stop({ signal = 'SIGTERM', deadline = 5000 } = {}) {
    if (!this.exit) this.#child.kill(signal);
    try {
      return await within(`${this.name} ends after ${signal}`, this.#exited, deadline);
    } catch (error) {
      this.#child.kill('SIGKILL');
      await this.#exited;
      throw error;
    }
  }

  /**
   * @param {RegExp} pattern in the standard output
   * @param {number} [deadline]
   * @returns {Promise<RegExpMatchArray>}
   */
  async says(pattern, deadline = 10_000) {
    return until(
      `${this.name} says ${pattern}`,
      () => {
        const match = this.output.match(pattern);
        if (!match && this.exit) throw new Error(`${this.name} ended (${this.exit.code}): ${this.tail()}`);
        return match;
      },
      { within: deadline, otherwise: () => this.tail() },
    );
  }

  /** The last lines of what it said, for error messages. @param {number} [lines] */
  tail(lines = 15) {
    return [...this.output.trimEnd().split('\n'), ...this.errors.trimEnd().split('\n')].slice(-lines).join('\n');
  }
}

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {{directory: string, env?: Record<string, string>, deadline?: number, name?: string}} options
 */
export async function run(command, args, { directory, env, deadline, name = path.basename(command) }) {
  const program = new Program(name, command, args, { directory, env });
  const { code } = await program.ended(deadline);
  return { code, output: program.output, errors: program.errors };
}
