// The numbers that the server answers itself.
// @ts-check
import { kCodecs } from '../peers/baresip.mjs';
import { scene } from '../peers/stage.mjs';

for (const [name, codec] of Object.entries(kCodecs)) {
  scene(`9196 sends back what it hears, in ${name}`, async (stage) => {
    const alice = await stage.phone('1001', { codecs: [codec] });
    await alice.dial('9196');
    await alice.established();
    await alice.ear.hears(alice.hz);
    await alice.hangup();
    await alice.idle();
  });
}

scene('9664 plays music', async (stage) => {
  const alice = await stage.phone('1001');
  await alice.dial('9664');
  await alice.established();
  await alice.ear.hearsOtherThan([alice.hz], { seconds: 1 });
  await alice.hangup();
});
