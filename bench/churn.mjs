// Hours of calls of every length, on a network that loses packets, with phones that are gone without a word: does
// anything fail that should not, does anything grow? Started by scripts/bench --churn MINUTES.
// @ts-check
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Server } from '../tests/peers/server.mjs';
import { callAndSpeak } from './load.mjs';
import { costBetween, costNow } from './process.mjs';

const kLoss = 0.02;
const kVanishing = 0.01;
/** Seconds. */
const kLength = [4, 20];
/** Calls at a time that each kind of caller has. With TSan all takes ten times as long. */
const kCalls = Number(process.env.WEBCALLING_CHURN_CALLS ?? 60);
/** A plain phone that says nothing is given up after two minutes, and what was agreed on is looked after for as long. */
const kAftermathSeconds = 240;
const kKinds = /** @type {const} */ ([
  { name: 'phones, PCMU', callee: '1997', media: 'rtp', codec: 'pcmu' },
  { name: 'browsers, PCMU', callee: '1998', media: 'webrtc', codec: 'pcmu' },
  { name: 'browsers, Opus', callee: '1999', media: 'webrtc', codec: 'opus' },
]);

const minutes = Number(process.argv[2]);
if (!(minutes > 0)) throw new Error('say for how many minutes');

/** @param {Server} server */
async function callsNow(server) {
  const text = await (await fetch(`http://127.0.0.1:${server.ports.web}/metrics`)).text();
  return Number(/^webcalling_calls (\d+)$/m.exec(text)?.[1] ?? NaN);
}

/** @param {Server} server @param {string} when */
async function tellState(server, when) {
  const { memoryKb, descriptors } = costNow(server.pid ?? 0);
  console.log(`${when.padEnd(20)} ${String(await callsNow(server)).padStart(4)} calls, ${memoryKb} kB, ${descriptors} descriptors`);
}

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'webcalling-churn-'));
const users = Array.from({ length: 30 }, (_, i) => String(2000 + i));
const accounts = Object.fromEntries([...users, ...kKinds.map(({ callee }) => callee)].map((user) => [user, `bench-${user}`]));
const server = await Server.prepare(path.join(directory, 'server'), {
  accounts,
  settings: { server: { log_level: 'warning' }, media: { rtp_port_min: 20_000, rtp_port_max: 32_000 } },
});

/** @param {typeof kKinds[number]} kind @param {string[]} callers */
function optionsOf({ callee, media, codec }, callers) {
  const sip = `127.0.0.1:${server.ports.sip}`;
  const place = media === 'rtp' ? [sip] : [`127.0.0.1:${server.ports.ws}`, '--caller-transport', 'ws', '--caller-media', 'webrtc'];
  return [
    ...callers.flatMap((user) => ['--caller', `${user}:${accounts[user]}`]),
    ...['--caller-phones', callers.length, '--caller-codec', codec, '--caller-server', ...place],
    ...['--called', `${callee}:${accounts[callee]}`, '--called-server', sip],
    ...['--calls', kCalls, '--rate', kCalls / 5, '--length', ...kLength, '--loss', kLoss, '--vanishing', kVanishing],
    ...['--seconds', 60 * minutes],
  ];
}

try {
  await server.start();
  await tellState(server, 'before');
  const before = costNow(server.pid ?? 0);
  let isOver = false;
  const share = users.length / kKinds.length;
  const loads = Promise.all(kKinds.map((kind, i) => callAndSpeak(server.pid ?? 0, optionsOf(kind, users.slice(i * share, (i + 1) * share))))).finally(
    () => (isOver = true),
  );
  for (let minute = 1; !isOver; ++minute) {
    await Promise.race([loads, new Promise((resolve) => setTimeout(resolve, 60_000))]);
    await tellState(server, isOver ? 'at the end' : `minute ${minute}`);
  }
  for (const [i, { measured, over }] of (await loads).entries()) {
    const { begun, completed, vanished, deaf, failed } = over;
    console.log(`${kKinds[i].name}: ${begun} calls, ${completed} ended as they should, ${vanished} vanished, failed: ${JSON.stringify(failed)}`);
    console.log(`  ${measured.heard} packets heard, ${measured.wrong} wrong, ${deaf} ends never heard anything, ${measured.silent} silent at the end`);
  }
  for (let seconds = 0; seconds < kAftermathSeconds && (await callsNow(server)) > 0; ++seconds) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  await tellState(server, 'after');
  console.log(`${costBetween(before, costNow(server.pid ?? 0)).cpu.toFixed(0)} CPU seconds of the server`);
} finally {
  await server.stop();
  fs.rmSync(directory, { recursive: true, force: true });
}
