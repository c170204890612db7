// The rows of calls with audio, and of browsers that only wait.
// @ts-check
import { callAndSpeak } from './load.mjs';
import { memoryKb } from './process.mjs';

/** @typedef {import('../tests/peers/server.mjs').Server} Server */
/** @typedef {import('./flame.mjs').FlameGraphs} FlameGraphs */
/** @typedef {(row: string, value: string, beside?: string) => void} Tell */

/** @param {Server} server @param {'sip' | 'ws' | 'wss'} transport */
const at = (server, transport) => `127.0.0.1:${server.ports[transport]}`;

/** A hundred phones that call, or browsers. @param {Server} server @param {[string, string][]} users @param {'rtp' | 'webrtc'} media */
function callers(server, users, media) {
  const accounts = users.flatMap(([user, password]) => ['--caller', `${user}:${password}`]);
  const place = media === 'rtp' ? [at(server, 'sip')] : [at(server, 'ws'), '--caller-transport', 'ws', '--caller-media', 'webrtc'];
  return [...accounts, '--caller-phones', users.length, '--caller-server', ...place];
}

/** The phone that answers. @param {Server} server @param {string} user */
function called(server, user) {
  return ['--called', `${user}:${server.accounts[user]}`, '--called-server', at(server, 'sip')];
}

/** @param {import('./load.mjs').Delays} delays */
const percentiles = ({ p50, p99, p999 }) => `${p50.toFixed(2)} / ${p99.toFixed(2)} / ${p999.toFixed(2)} ms`;

/**
 * @param {Server} server
 * @param {{users: [string, string][], callee: string, short: boolean, tell: Tell, flames: FlameGraphs, loops: 1 | 2}} bench
 */
export async function callsWithAudio(server, { users, callee, short, tell, flames, loops }) {
  const all = [
    { name: 'relayed call, PCMU', media: /** @type {const} */ ('rtp'), codec: 'pcmu', calls: short ? [400] : [500, 1000] },
    { name: 'encrypted call, PCMU, DTLS-SRTP to RTP', media: /** @type {const} */ ('webrtc'), codec: 'pcmu', calls: short ? [200] : [250, 500] },
    { name: 'transcoded call, Opus in SRTP to PCMU', media: /** @type {const} */ ('webrtc'), codec: 'opus', calls: short ? [250] : [100, 250, 400] },
  ];
  // How it scales shows where the kernel does most of it, and where we do. Two loops and the load want three cores: half
  // as many calls, so that two are enough.
  const inTwo = all.slice(0, 2).map((kind) => ({ ...kind, name: `two media loops: ${kind.name}`, calls: kind.calls.map((count) => count / 2) }));
  const kinds = loops === 1 ? all : inTwo;
  for (const { name, media, codec, calls } of kinds) {
    for (const count of calls) {
      const pid = server.pid ?? 0;
      const options = [
        ...[...callers(server, users, media), ...called(server, callee), '--caller-codec', codec],
        ...['--calls', count, '--rate', 50, '--seconds', short ? 4 : 10],
      ];
      const { measured, over, cpu } = await callAndSpeak(pid, options, () => flames.begin(pid, `${name}, ${count} at a time`));
      const { heard, missing, wrong, silent, own_cpu, delay_ms } = measured;
      const lost = Object.values(over.failed).reduce((sum, failed) => sum + failed, 0);
      const why = Object.entries(over.failed).map(([status, calls]) => `, ${calls} with ${status}`);
      const audio = `${heard} packets heard, ${missing} missing, ${wrong} wrong, ${silent} ends silent, ${lost} calls lost${why.join('')}`;
      tell(`${name}, ${count} at a time: CPU ms per call-second`, ((1000 * cpu) / (measured.calls * measured.seconds)).toFixed(2), `${audio}; load ${own_cpu.toFixed(1)} CPU s`);
      tell(`${name}, ${count} at a time: added delay p50 / p99 / p99.9`, percentiles(delay_ms), 'the way to the load and back included');
    }
  }
}

/** One call at a time. @param {Server} server @param {{users: [string, string][], callee: string, tell: Tell}} bench */
export async function setUpTime(server, { users, callee, tell }) {
  const { over } = await callAndSpeak(server.pid ?? 0, [
    ...[...callers(server, users.slice(0, 1), 'rtp'), ...called(server, callee)],
    ...['--calls', 1, '--rate', 20, '--length', 0.02, 0.02, '--seconds', 4, '--silent'],
  ]);
  tell('INVITE to 200, one call at a time: added p50 / p99 / p99.9', percentiles(over.added_to_set_up_ms), `${over.added_to_set_up_ms.count} calls`);
}

/** @param {Server} server @param {{users: [string, string][], short: boolean, tell: Tell}} bench */
export async function idleBrowsers(server, { users, short, tell }) {
  const count = short ? 200 : 1000;
  const before = memoryKb(server.pid ?? 0);
  const accounts = users.flatMap(([user, password]) => ['--caller', `${user}:${password}`]);
  const { memoryKb: after, cpu, measured } = await callAndSpeak(server.pid ?? 0, [
    ...[...accounts, '--caller-phones', count, '--caller-server', at(server, 'wss'), '--caller-transport', 'wss'],
    ...['--calls', 0, '--seconds', short ? 3 : 10],
  ]);
  tell('browser that waits, registered over WSS: kB', ((after - before) / count).toFixed(1), `${count} browsers`);
  tell('browser that waits: CPU ms per second', ((1000 * cpu) / (count * measured.seconds)).toFixed(4));
}
