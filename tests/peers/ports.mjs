// Ports of this test process alone, beside a live server and beside other test processes.
// @ts-check
import dgram from 'node:dgram';
import net from 'node:net';

const kBlock = 240;
// Outside the server's own ranges (16384-32768, 40000) and outside Linux's ephemeral ports (32768-60999).
const kBases = [10000, 16000, 61000, 65400];
const kMediaOffset = 100;

/** @returns {number[]} */
function blockStarts() {
  const starts = [];
  for (let pair = 0; pair < kBases.length; pair += 2) {
    for (let start = kBases[pair]; start + kBlock <= kBases[pair + 1]; start += kBlock) starts.push(start);
  }
  return starts;
}

/** @param {number} port @returns {Promise<net.Server | undefined>} */
function claim(port) {
  return new Promise((resolve) => {
    const guard = net.createServer();
    guard.once('error', () => resolve(undefined));
    guard.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(guard));
    guard.unref();
  });
}

/** @param {number} port @returns {Promise<boolean>} */
async function free(port) {
  const tcp = await claim(port);
  if (!tcp) return false;
  await new Promise((resolve) => tcp.close(resolve));
  return new Promise((resolve) => {
    const udp = dgram.createSocket('udp4');
    udp.once('error', () => resolve(false));
    udp.bind(port, '127.0.0.1', () => udp.close(() => resolve(true)));
  });
}

/** The block is held by a listening socket for as long as the process lives. @type {Promise<number> | undefined} */
let ownBlock;
let next = 2;

async function claimBlock() {
  const starts = blockStarts();
  const first = process.pid % starts.length;
  for (let i = 0; i < starts.length; ++i) {
    const start = starts[(first + i) % starts.length];
    if (await claim(start)) return start;
  }
  throw new Error('ports: every block of test ports is taken');
}

/** Browsers go to no page at this port (WHATWG Fetch, "bad port"): the only such one above 6697. */
const kForbidden = 10080;

/**
 * A port that is free for UDP and TCP; nobody gets the one after it, which baresip takes for TLS.
 * @returns {Promise<number>}
 */
export async function freePort() {
  ownBlock ??= claimBlock();
  const start = await ownBlock;
  for (let tries = 0; tries < kMediaOffset / 2; ++tries) {
    const port = start + next;
    next = next + 2 < kMediaOffset ? next + 2 : 2;
    if (port !== kForbidden && (await free(port))) return port;
  }
  throw new Error(`ports: no free port from ${start} to ${start + kMediaOffset}`);
}

/**
 * Ports for media: the first half for the server, the second for the phones of this process.
 * @returns {Promise<{server: {min: number, max: number}, phones: {min: number, max: number}}>}
 */
export async function mediaPorts() {
  ownBlock ??= claimBlock();
  const start = (await ownBlock) + kMediaOffset;
  return { server: { min: start, max: start + 79 }, phones: { min: start + 80, max: start + 139 } };
}
