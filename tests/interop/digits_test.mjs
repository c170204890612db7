// Digits of the keypad arrive at the other side, each once, also when payload type or clock differ.
// @ts-check
import { kCodecs } from '../peers/baresip.mjs';
import { until } from '../peers/until.mjs';
import { connect, disconnect } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';

const { pcmu, opus } = kCodecs;
for (const [calling, called] of [
  [pcmu, pcmu],
  [opus, pcmu],
  [pcmu, opus],
]) {
  scene(`digits go both ways between ${calling} and ${called}`, async (stage) => {
    const alice = await stage.phone('1001', { codecs: [calling] });
    const bob = await stage.phone('1002', { codecs: [called] });
    await connect(alice, bob);
    await alice.sendDigits('1590*#');
    await bob.digits('1590*#');
    await bob.sendDigits('2468');
    await alice.digits('2468');
    await disconnect(alice, bob);
  });
}

scene('digits arrive as events of the payload type that the phone has offered', async (stage) => {
  const alice = await stage.plainPhone('1001');
  const bob = await stage.phone('1002', { answer: 'auto' });
  const call = await alice.call('1002');
  await alice.media.sendDigits('42#');
  await bob.digits('42#');
  await bob.sendDigits('7*');
  await until('the plain phone gets 7*', () => alice.media.digits === '7*', { otherwise: () => alice.media.digits });
  await call.hangup();
});
