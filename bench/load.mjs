// The load client of bench/load/: phones and browsers that call, speak and listen.
// @ts-check
import { spawn } from 'node:child_process';
import readline from 'node:readline';
import { costBetween, costNow } from './process.mjs';

/** @typedef {{count: number, p50: number, p99: number, p999: number}} Delays in milliseconds */
/**
 * @typedef {object} Measured
 * @property {number} seconds
 * @property {number} calls
 * @property {number} heard packets
 * @property {number} missing packets
 * @property {number} wrong packets that were not what the other end has said
 * @property {number} repeated
 * @property {number} silent ends of calls that heard nothing in the last second, though they are three seconds old
 * @property {Delays} delay_ms
 * @property {number} sent
 * @property {number} received
 * @property {number} unsent
 * @property {number} own_cpu seconds
 */
/** `deaf` are ends of calls of three seconds and more that never heard anything. @typedef {{begun: number, completed: number, vanished: number, deaf: number, failed: Record<string, number>, added_to_set_up_ms: Delays}} Over */
/** @typedef {{measured: Measured, over: Over, cpu: number, memoryKb: number, descriptors: number}} Outcome `cpu` is the server's, of the time measured */

/**
 * @param {number} serverPid
 * @param {(string | number)[]} options of the load client
 * @param {() => () => Promise<void>} [look] begins when all is up, and gives what ends it when all is measured
 * @returns {Promise<Outcome>}
 */
export async function callAndSpeak(serverPid, options, look = () => async () => {}) {
  const program = process.env.WEBCALLING_LOAD ?? 'build/bench/bench/load';
  const child = spawn(program, options.map(String), { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (text) => (complaints += text));
  /** @type {import('./process.mjs').Cost | undefined} */
  let before;
  /** @type {Partial<Outcome>} */
  const outcome = {};
  /** @type {() => Promise<void>} */
  let looked = async () => {};
  const ended = new Promise((resolve) => child.once('exit', resolve));
  for await (const line of readline.createInterface({ input: child.stdout })) {
    const told = JSON.parse(line);
    if (told.event === 'up') {
      before = costNow(serverPid);
      looked = look();
    }
    if (told.event === 'measured' && before) {
      Object.assign(outcome, { measured: told }, costBetween(before, costNow(serverPid)));
      await looked();
    }
    if (told.event === 'over') outcome.over = told;
  }
  const code = await ended;
  if (code !== 0 || !outcome.over) throw new Error(`the load ended with ${code}: ${complaints}`);
  return /** @type {Outcome} */ (outcome);
}
