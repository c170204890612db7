// A siege: attacks named after their cases in docs/security.md, one after the other, on one server with a call up. After each the
// two in the call still hear each other and nobody else, the server answers, and its memory has not grown.
// @ts-check
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openFiles, isSanitized, residentMegabytes } from './resources.mjs';
import { hearEachOther } from './situations.mjs';
import { kAccounts, Stage } from './stage.mjs';
import { until } from './until.mjs';

/** @typedef {import('./plain_phone.mjs').PlainPhone} PlainPhone */
/** @typedef {Awaited<ReturnType<PlainPhone['call']>>} PlainCall */
/** @typedef {{stage: Stage, alice: PlainPhone, bob: PlainPhone, call: PlainCall}} Besieged alice (1001) has called bob (1002), and they talk */
/** @typedef {(besieged: Besieged) => Promise<void>} Attack */

/** Extensions that attacks may use. */
const kAttackers = ['1003', '1004', '1005'];
const kMoreAccounts = { 1004: 'Rb2-four-mice', 1005: 'Vn6-five-fish' };
/** What a server may grow in a whole file of attacks: buffers that stay, and the fragments of an allocator. */
const kMegabytes = 20;

/** No other sound than the other's voice came, whatever was sent to whom. @param {{ear: import('./ear.mjs').Ear}} listener @param {number} hz */
async function assertHeardNothingElse({ ear }, hz) {
  const windows = await ear.since([hz]);
  const foreign = windows.filter((window) => window.level > 0.02 && window.share[hz] < 0.25).length;
  assert.ok(foreign <= Math.max(5, windows.length * 0.1), `${foreign} of ${windows.length} windows have another sound than ${hz} Hz`);
}

/**
 * @param {string} title
 * @param {Record<string, Attack>} attacks by the name of the test: the number of the case first
 * @param {{settings?: import('./server.mjs').Settings, encryption?: import('./rtp_peer.mjs').Encryption, timeout?: number}} [options] `encryption` of
 *   alice; `timeout` of each attack
 */
export function siege(title, attacks, { settings, encryption, timeout = 60_000 } = {}) {
  describe(title, () => {
    const stage = new Stage();
    /** @type {Besieged} */
    let besieged;
    let failed = true;
    let megabytes = 0;

    before(async () => {
      await stage.open({ accounts: { ...kAccounts, ...kMoreAccounts }, settings });
      const alice = await stage.plainPhone('1001', { encryption });
      const bob = await stage.plainPhone('1002');
      const calling = alice.call('1002');
      await bob.answer(await bob.incoming());
      besieged = { stage, alice, bob, call: await calling };
      await hearEachOther(alice, bob);
      megabytes = residentMegabytes(stage.server.pid ?? 0);
      failed = false;
    });

    after(async () => {
      try {
        if (besieged) {
          assert.equal((await besieged.call.hangup()).status, 200);
          await besieged.bob.client.received.take('BYE', (message) => message.isRequest && message.method === 'BYE');
        }
      } finally {
        await stage.close({ keep: failed });
      }
    });

    for (const [name, attack] of Object.entries(attacks)) {
      test(name, { timeout }, async (t) => {
        try {
          const { alice, bob } = besieged;
          await Promise.all([alice.ear.forget(), bob.ear.forget()]);
          await stage.interlude(() => attack(besieged));
          await forgetPhones(stage);
          await assertHeardNothingElse(alice, bob.hz);
          await assertHeardNothingElse(bob, alice.hz);
          await assertUnmoved(besieged, megabytes);
        } catch (error) {
          failed = true;
          t.diagnostic(stage.report());
          throw error;
        }
      });
    }
  });
}

/** Those of the attack must not ring in the next. @param {Stage} stage */
async function forgetPhones(stage) {
  for (const user of kAttackers) {
    const owner = await stage.client('udp', { user });
    assert.equal((await owner.register({ contact: '*' })).status, 200);
    await owner.stop();
  }
}

/** @param {Besieged} besieged @param {number} megabytes before the first attack */
export async function assertUnmoved({ stage, alice, bob }, megabytes) {
  const { server } = stage;
  assert.ok(!server.exited, 'the server has ended');
  const stranger = await stage.client('udp');
  assert.equal((await stranger.options()).status, 200);
  await stranger.stop();
  await hearEachOther(alice, bob);
  const pid = server.pid ?? 0;
  const grown = residentMegabytes(pid) - megabytes;
  if (!isSanitized(pid)) assert.ok(grown < kMegabytes, `the server has grown by ${grown.toFixed(1)} MB`);
}

/** The sockets that an attack has opened are gone again. @param {Stage} stage @param {number} files before */
export async function assertSocketsClosed({ server }, files) {
  const pid = server.pid ?? 0;
  await until('the server closes the sockets of the attack', () => openFiles(pid) <= files, {
    otherwise: () => `${openFiles(pid)} instead of ${files}`,
  });
}
