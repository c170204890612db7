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

scene('9199 plays back what it hears after four seconds, with silence before, and hangs up', async (stage, t) => {
  const alice = await stage.plainPhone('1001');
  await alice.call('9199');
  const begin = performance.now();
  await alice.ear.listensFor(3.5);
  await alice.ear.assertNever(alice.hz);
  await alice.ear.hears(alice.hz, { seconds: 3.5, within: 6000 });
  t.diagnostic(`3.5 s of it were heard ${((performance.now() - begin) / 1000).toFixed(1)} s after the answer`);
  const bye = await alice.client.received.take('a BYE', (message) => message.isRequest && message.method === 'BYE', 6000);
  alice.client.respond(bye, 200, 'OK');
});

scene('9664 plays music', async (stage) => {
  const alice = await stage.phone('1001');
  await alice.dial('9664');
  await alice.established();
  await alice.ear.hearsOtherThan([alice.hz], { seconds: 1 });
  await alice.hangup();
});
