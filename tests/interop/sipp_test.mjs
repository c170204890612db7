// sipp as phone and as crowd.
// @ts-check
import assert from 'node:assert/strict';
import { kVoiceOfSipp } from '../peers/sipp.mjs';
import { kAccounts, scene } from '../peers/stage.mjs';

const kCrowd = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [String(2001 + i), `Crowd-${i}-pass`]));

for (const transport of /** @type {const} */ (['udp', 'tcp'])) {
  scene(`sipp registers and unregisters over ${transport}`, async (stage) => {
    await (await stage.sipp('register', { transport, calls: 5 })).succeeds();
  });

  scene(`sipp asks for OPTIONS over ${transport} a hundred times`, async (stage) => {
    await (await stage.sipp('options', { transport, calls: 100, rate: 100 })).succeeds();
  });

  scene(`sipp calls 9196 over ${transport}, ten calls at once`, async (stage) => {
    await (await stage.sipp('call', { transport, to: '9196', calls: 10, rate: 20 })).succeeds();
  });
}

scene(
  'fifty extensions register in a second',
  async (stage) => {
    const users = Object.entries(kCrowd);
    await (await stage.sipp('register', { calls: 50, rate: 50, users })).succeeds();
  },
  { accounts: { ...kAccounts, ...kCrowd } },
);

scene('sipp calls a phone and is heard', async (stage) => {
  const bob = await stage.phone('1002', { answer: 'auto' });
  const caller = await stage.sipp('call', { to: '1002' });
  await bob.established();
  await bob.ear.hears(kVoiceOfSipp);
  await caller.succeeds();
  await bob.closed();
});

scene('a phone calls sipp and hears it', async (stage) => {
  const callee = await stage.sipp('answer', { extension: '1002', calls: 2 });
  // The binding points to sipp's port; who registered it does not matter.
  const registrar = await stage.client('udp', { user: '1002' });
  assert.equal((await registrar.register({ contact: `<sip:sipp@127.0.0.1:${callee.port}>` })).status, 200);
  const alice = await stage.phone('1001');
  await alice.dial('1002');
  await alice.established();
  await alice.ear.hears(kVoiceOfSipp);
  await alice.hangup();
  await callee.succeeds();
});
