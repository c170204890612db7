// What the server costs, row by row; docs/performance.md says how each is measured. Started by scripts/bench.
// @ts-check
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../tests/peers/ports.mjs';
import { Server } from '../tests/peers/server.mjs';
import { callsWithAudio, idleBrowsers, setUpTime } from './audio.mjs';
import { FlameGraphs } from './flame.mjs';
import { cpuSeconds, descriptors, memoryKb } from './process.mjs';
import { answerCalls, runLoad } from './sipp.mjs';

/** @typedef {{row: string, value: string, beside: string}} Row */

const short = process.argv.includes('--short');
const flames = new FlameGraphs(process.argv.find((_, i) => process.argv[i - 1] === '--flames'));
/** Extensions that register and call by turns. */
const kExtensions = 100;
/** The one that answers. */
const kCallee = '1999';
const kRegistrationRates = short ? [2000] : [1000, 2000, 4000, 8000];
const kCallRates = short ? [300] : [100, 300, 600, 1000, 1500];
/** About twice what one core serves on the machine of docs/performance.md. */
const kTooManyRegistrations = 32_000;
const kTooManyCalls = 5000;
const kHeldCalls = short ? 200 : 1000;
const kAccountsOfALargeOffice = 10_000;
const kSeconds = short ? 3 : 6;

/** @type {Row[]} */
const rows = [];

/** @param {string} row @param {string} value @param {string} [beside] */
function tell(row, value, beside = '') {
  rows.push({ row, value, beside });
  console.log(`${row.padEnd(58)} ${value.padStart(22)}   ${beside}`);
}

/** @param {number} number @param {number} [digits] */
const figure = (number, digits = 3) => number.toFixed(digits);

/**
 * What the server needs for it.
 * @template T
 * @param {Server} server
 * @param {() => Promise<T>} work
 */
async function costOf(server, work) {
  const pid = server.pid ?? 0;
  const before = cpuSeconds(pid);
  const begin = performance.now();
  const outcome = await work();
  return { outcome, cpu: cpuSeconds(pid) - before, seconds: (performance.now() - begin) / 1000 };
}

/** Until the server has nothing left to do of the load before: a second in which it hardly works. @param {Server} server */
async function settled(server) {
  const pid = server.pid ?? 0;
  for (let seconds = 0; seconds < 60; ++seconds) {
    const before = cpuSeconds(pid);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    if (cpuSeconds(pid) - before <= 0.01) return;
  }
  throw new Error('the server is still busy a minute after the load has ended');
}

/** @param {import('./sipp.mjs').Outcome} outcome */
function besides({ succeeded, failed, sentAgain, cpuSeconds: own }) {
  return `${succeeded} went well, ${failed} failed, ${sentAgain} sent again; sipp ${figure(own, 2)} CPU s`;
}

/** @param {Server} server @param {[string, string][]} users */
async function registrations(server, users) {
  const { directory } = server;
  for (const rate of kRegistrationRates) {
    const count = rate * kSeconds;
    const port = await freePort();
    const end = flames.begin(server.pid ?? 0, `registration, ${rate} a second`);
    const { outcome, cpu } = await costOf(server, () =>
      runLoad({ scenario: 'register', directory, server: server.ports.sip, port, users, rate, count }),
    );
    await end();
    tell(`registration with digest, ${rate}/s: CPU s per 1000`, figure((1000 * cpu) / count), besides(outcome));
    await settled(server);
  }
}

/**
 * The phone that answers, registered. One for all rows: calls would ring at the ports of those before as well.
 * @param {Server} server
 */
async function withCallee(server) {
  const { directory } = server;
  const port = await freePort();
  const password = server.accounts[kCallee] ?? '';
  await runLoad({ scenario: 'register', directory, server: server.ports.sip, port, users: [[kCallee, password]], rate: 1, count: 1 });
  return answerCalls({ scenario: 'answer', directory, server: server.ports.sip, port });
}

/** @param {Server} server @param {[string, string][]} users */
async function callSetUp(server, users) {
  const { directory } = server;
  for (const rate of kCallRates) {
    const count = rate * kSeconds;
    const port = await freePort();
    const load = { scenario: 'call', directory, server: server.ports.sip, port, users, to: kCallee, rate, count, holdMs: 100 };
    const end = flames.begin(server.pid ?? 0, `call set-up and tear-down, ${rate} a second`);
    const { outcome, cpu } = await costOf(server, () => runLoad(load));
    await end();
    tell(`call set-up and tear-down, ${rate}/s: CPU s per 1000`, figure((1000 * cpu) / count), besides(outcome));
    await settled(server);
  }
}

/**
 * Twice as much as can be served, and at once afterwards as much as is easy.
 * @param {Server} server
 * @param {[string, string][]} users
 */
async function overload(server, users) {
  const { directory } = server;
  const kinds = [
    { name: 'registrations', tooMany: kTooManyRegistrations, easy: 1000, load: { scenario: 'register' } },
    { name: 'calls', tooMany: kTooManyCalls, easy: 200, load: { scenario: 'call', to: kCallee, holdMs: 100 } },
  ];
  for (const { name, tooMany, easy, load } of kinds) {
    const run = async (/** @type {number} */ rate, /** @type {number} */ seconds) =>
      runLoad({ ...load, directory, server: server.ports.sip, port: await freePort(), users, rate, count: rate * seconds });
    const outcome = await run(tooMany, kSeconds);
    const after = await run(easy, 1);
    tell(`${tooMany} ${name} a second: served a second`, figure(outcome.succeeded / Math.max(kSeconds, outcome.seconds), 0), besides(outcome));
    tell(`${easy} ${name} in the second after that: went well`, `${after.succeeded} of ${easy}`, besides(after));
    await settled(server);
  }
}

/** @param {Server} server @param {[string, string][]} users */
async function heldCalls(server, users) {
  const { directory } = server;
  const pid = server.pid ?? 0;
  const before = memoryKb(pid);
  const port = await freePort();
  const holdMs = 12_000;
  const load = { scenario: 'call', directory, server: server.ports.sip, port, users, to: kCallee, rate: 200, count: kHeldCalls, holdMs };
  const done = runLoad(load);
  // All are up, and none ends yet.
  await new Promise((resolve) => setTimeout(resolve, (1000 * kHeldCalls) / 200 + 1500));
  const memory = memoryKb(pid) - before;
  const files = descriptors(pid);
  const { cpu, seconds } = await costOf(server, () => new Promise((resolve) => setTimeout(resolve, 4000)));
  tell('call held without media: CPU ms per call-second', figure((1000 * cpu) / (kHeldCalls * seconds), 4), `${kHeldCalls} calls, ${files} descriptors`);
  tell('call held without media: kB per call', figure(memory / kHeldCalls, 1));
  const outcome = await done;
  tell('call held without media: calls that went well', `${outcome.succeeded} of ${kHeldCalls}`, besides(outcome));
  await settled(server);
}

/** From a process that is begun to one that answers calls, with the accounts of a large office. */
async function startTime() {
  const accounts = Object.fromEntries(Array.from({ length: kAccountsOfALargeOffice }, (_, i) => [String(10_000 + i), `bench-${i}`]));
  const server = await Server.prepare(path.join(directory, 'large'), { accounts, settings: { server: { log_level: 'warning' } } });
  const times = [];
  for (let start = 0; start < 5; ++start) {
    const begin = performance.now();
    await server.start();
    times.push(performance.now() - begin);
    await server.stop();
  }
  const [fastest = NaN, , median = NaN] = times.sort((a, b) => a - b);
  tell(`start with ${kAccountsOfALargeOffice} accounts, ms until it listens`, figure(median, 0), `fastest ${figure(fastest, 0)}`);
}

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'webcalling-bench-'));
const accounts = Object.fromEntries(
  [...Array.from({ length: kExtensions }, (_, i) => String(2000 + i)), kCallee].map((extension) => [extension, `bench-${extension}`]),
);
const server = await Server.prepare(path.join(directory, 'server'), {
  accounts,
  settings: { server: { log_level: 'warning' }, media: { rtp_port_min: 20_000, rtp_port_max: 32_000 } },
});
const users = /** @type {[string, string][]} */ (Object.entries(accounts).filter(([extension]) => extension !== kCallee));
try {
  await startTime();
  await server.start();
  // First what memory it takes, in a process that has not taken any yet.
  await idleBrowsers(server, { users, short, tell });
  await server.stop();
  await server.start();
  const stop = await withCallee(server);
  try {
    await heldCalls(server, users);
    await registrations(server, users);
    await callSetUp(server, users);
    await overload(server, users);
  } finally {
    await stop();
  }
  // sipp is still registered, and would be rung at.
  await server.stop();
  await server.start();
  await setUpTime(server, { users, callee: kCallee, tell });
  await callsWithAudio(server, { users, callee: kCallee, short, tell, flames, loops: 1 });
  if (!short) {
    await server.stop();
    server.settings = { ...server.settings, media: { ...server.settings.media, loops: 2 } };
    server.writeSettings();
    await server.start();
    await callsWithAudio(server, { users, callee: kCallee, short, tell, flames, loops: 2 });
  }
} finally {
  await server.stop();
  fs.rmSync(directory, { recursive: true, force: true });
}
const file = process.env.WEBCALLING_BENCH_RESULTS;
if (file) fs.writeFileSync(file, `${JSON.stringify(rows, null, 1)}\n`);
