// sipp as a load: how many calls went well, what was sent again, how long an answer took.
// @ts-check
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuSeconds } from './process.mjs';

const kScenarios = path.join(path.dirname(fileURLToPath(import.meta.url)), 'sipp');

/**
 * @typedef {object} Load
 * @property {string} scenario
 * @property {string} directory
 * @property {number} server its SIP port
 * @property {number} port of sipp
 * @property {[string, string][]} [users] extension and password, taken by turns
 * @property {string} [to]
 * @property {number} rate a second
 * @property {number} count
 * @property {number} [holdMs]
 */
/** @typedef {{succeeded: number, failed: number, sentAgain: number, seconds: number, cpuSeconds: number}} Outcome */

/** @param {Load} load @returns {string[]} */
function argumentsOf({ scenario, directory, server, port, users, to, rate, count, holdMs }) {
  const injected = path.join(directory, `users-${port}.csv`);
  if (users) {
    const rows = users.map(([user, secret]) => `${user};[authentication username=${user} password=${secret}]`);
    fs.writeFileSync(injected, `SEQUENTIAL\n${rows.join('\n')}\n`);
  }
  return [
    ...['-sf', path.join(kScenarios, `${scenario}.xml`), '-i', '127.0.0.1', '-p', String(port), '-nostdin'],
    ...(users ? ['-inf', injected] : []),
    ...(to ? ['-s', to, '-auth_uri', `${to}@127.0.0.1:${server}`] : []),
    ...['-cid_str', '%u-%p-bench', '-r', String(rate), '-m', String(count), '-l', '20000'],
    ...(holdMs === undefined ? [] : ['-d', String(holdMs)]),
    // Otherwise a call that is refused is cancelled as well, which no phone does.
    ...['-default_behaviors', 'all,-bye'],
    ...['-recv_timeout', '10000', '-buff_size', '4194304'],
    ...['-trace_stat', '-stf', path.join(directory, `stat-${port}.csv`), '-fd', '1'],
    `127.0.0.1:${server}`,
  ];
}

/** Phones that answer. Resolves with how to stop them. @param {Omit<Load, 'rate' | 'count' | 'users' | 'to'>} load */
export function answerCalls(load) {
  const args = argumentsOf({ ...load, rate: 1, count: 10_000_000 }).filter((arg) => arg !== '-r');
  const child = spawn('sipp', args, { stdio: 'ignore', env: { ...process.env, TERM: 'dumb' } });
  return async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };
}

/** @param {Load} load @returns {Promise<Outcome>} */
export async function runLoad(load) {
  const begin = performance.now();
  const child = spawn('sipp', argumentsOf(load), { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, TERM: 'dumb' } });
  let errors = '';
  child.stderr.on('data', (text) => (errors += text));
  let cpu = 0;
  const look = setInterval(() => {
    try {
      cpu = cpuSeconds(child.pid ?? 0);
    } catch {
      // It has just ended.
    }
  }, 100);
  const code = await new Promise((resolve) => child.once('exit', resolve));
  clearInterval(look);
  const seconds = (performance.now() - begin) / 1000;
  const file = path.join(load.directory, `stat-${load.port}.csv`);
  if (!fs.existsSync(file)) throw new Error(`sipp ended with ${code} and has counted nothing: ${errors.slice(-500)}`);
  const [names = '', ...rows] = fs.readFileSync(file, 'utf8').trim().split('\n');
  const last = (rows.at(-1) ?? '').split(';');
  const value = (/** @type {string} */ name) => Number(last[names.split(';').indexOf(name)] ?? NaN);
  fs.rmSync(file);
  return {
    succeeded: value('SuccessfulCall(C)'),
    failed: value('FailedCall(C)'),
    sentAgain: value('Retransmissions(C)'),
    seconds,
    cpuSeconds: cpu,
  };
}
