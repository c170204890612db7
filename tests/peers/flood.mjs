// A flood of requests without credentials, each with a Call-ID of its own, from a thread of its own: the test goes on meanwhile.
// @ts-check
import { Worker } from 'node:worker_threads';

/**
 * @param {'UDP' | 'TCP'} transport
 * @param {number} port
 * @param {number} count
 * @returns {Promise<{sent: number, answered: number}>} when all are answered or given up
 */
export function flood(transport, port, count) {
  const worker = new Worker(new URL('./flood_worker.mjs', import.meta.url), { workerData: { transport, port, count } });
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
}
