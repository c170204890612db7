// Several phones of one extension ring at once.
// @ts-check
import { disconnect, hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';

scene('all phones of an extension ring, the first to answer gets the call, and the others stop ringing', async (stage) => {
  const alice = await stage.phone('1001');
  const desk = await stage.phone('1002');
  const kitchen = await stage.phone('1002', { transport: 'tcp', hz: 1210 });
  await alice.dial('1002');
  await Promise.all([desk.incoming(), kitchen.incoming()]);
  await kitchen.accept();
  await Promise.all([alice.established(), kitchen.established(), desk.closed()]);
  await desk.idle();
  await hearEachOther(alice, kitchen);
  await disconnect(alice, kitchen);
});

scene('one phone rejects and the other can still answer', async (stage) => {
  const alice = await stage.phone('1001');
  const desk = await stage.phone('1002');
  const kitchen = await stage.phone('1002', { hz: 1210 });
  await alice.dial('1002');
  await Promise.all([desk.incoming(), kitchen.incoming()]);
  await desk.hangup();
  await desk.idle();
  await kitchen.accept();
  await Promise.all([alice.established(), kitchen.established()]);
  await hearEachOther(alice, kitchen);
  await disconnect(kitchen, alice);
});

scene('a caller who gives up stops all phones', async (stage) => {
  const alice = await stage.phone('1001');
  const desk = await stage.phone('1002');
  const kitchen = await stage.phone('1002');
  await alice.dial('1002');
  await Promise.all([desk.incoming(), kitchen.incoming(), alice.ringing()]);
  await alice.hangup();
  await Promise.all([desk.idle(), kitchen.idle(), alice.idle()]);
});

scene('a phone that is gone without a word does not keep the others from ringing', async (stage) => {
  const alice = await stage.phone('1001');
  const gone = await stage.client('udp', { user: '1002' });
  await gone.register();
  await gone.stop();
  const desk = await stage.phone('1002');
  await alice.dial('1002');
  await desk.incoming();
  await desk.accept();
  await alice.established();
  await hearEachOther(alice, desk);
  await disconnect(alice, desk);
});
