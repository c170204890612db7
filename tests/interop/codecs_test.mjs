// Every codec end to end, over UDP and over TCP.
// @ts-check
import { kCodecs } from '../peers/baresip.mjs';
import { connect, disconnect, hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';

for (const [name, codec] of Object.entries(kCodecs)) {
  for (const transport of /** @type {const} */ (['udp', 'tcp'])) {
    scene(`${name} is heard both ways between two phones on ${transport}`, async (stage) => {
      const alice = await stage.phone('1001', { codecs: [codec], transport });
      const bob = await stage.phone('1002', { codecs: [codec], transport });
      await connect(alice, bob);
      await hearEachOther(alice, bob);
      await disconnect(alice, bob);
    });
  }
}

scene('a phone on UDP and a phone on TCP hear each other', async (stage) => {
  const alice = await stage.phone('1001', { transport: 'udp' });
  const bob = await stage.phone('1002', { transport: 'tcp' });
  await connect(alice, bob);
  await hearEachOther(alice, bob);
  await disconnect(bob, alice);
});
