// The server is killed while people talk, and started again: they talk on.
// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { connect, disconnect, hearEachOther, hearsMusicInsteadOf, killAndStart } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';

scene('a call goes on after the server was killed, and killed again', async (stage, t) => {
  const alice = await stage.phone('1001');
  const bob = await stage.phone('1002');
  await connect(alice, bob);
  await hearEachOther(alice, bob);
  for (const time of ['first', 'second']) {
    const begin = performance.now();
    await killAndStart(stage, '1002');
    await hearEachOther(alice, bob);
    t.diagnostic(`${time} time: both heard each other again ${(performance.now() - begin).toFixed(0)} ms after the kill`);
  }
  await disconnect(alice, bob);
});

// baresip 1.0 takes no other keys in a call, whoever offers them.
scene('an encrypted call goes on under new keys', async (stage) => {
  const alice = await stage.plainPhone('1001', { encryption: { suite: 'AEAD_AES_128_GCM' } });
  const bob = await stage.plainPhone('1002');
  const calling = alice.call('1002');
  await bob.answer(await bob.incoming());
  const call = await calling;
  await hearEachOther(alice, bob);
  await killAndStart(stage, '1002');
  await Promise.all([alice, bob].map(async (phone) => phone.answer(await phone.incoming())));
  await hearEachOther(alice, bob);
  await call.hangup();
});

scene('a phone whose connection went with the server is asked when it has registered again', async (stage) => {
  const alice = await stage.phone('1001', { transport: 'tcp', expires: 5 });
  const bob = await stage.phone('1002');
  await connect(alice, bob);
  await hearEachOther(alice, bob);
  await killAndStart(stage, '1002');
  await until('1001 has registered again', () => alice.events.all.filter((event) => event.type === 'REGISTER_OK').length > 1, {
    within: 20_000,
  });
  await hearEachOther(alice, bob);
  await disconnect(bob, alice);
}, { settings: { registrar: { min_expires: 5 } } });

scene('a call on hold is on hold afterwards', async (stage) => {
  const alice = await stage.phone('1001');
  const bob = await stage.phone('1002');
  await connect(alice, bob);
  await alice.hold();
  await hearsMusicInsteadOf(bob, alice);
  await killAndStart(stage, '1002');
  await hearsMusicInsteadOf(bob, alice);
  await disconnect(bob, alice);
});

scene('who hangs up while the server is down is not called back', async (stage) => {
  const alice = await stage.phone('1001');
  const bob = await stage.phone('1002');
  await connect(alice, bob);
  await hearEachOther(alice, bob);
  const log = path.join(stage.server.dataDirectory, 'calls.db-wal');
  await until('the call is written down', () => fs.existsSync(log) && fs.readFileSync(log, 'latin1').includes('1002'));
  await stage.server.kill();
  await alice.hangup();
  await stage.server.start();
  await bob.closed(undefined, 20_000);
  await bob.idle();
});

scene('a server that is told to stop ends its calls', async (stage) => {
  const alice = await stage.phone('1001');
  const bob = await stage.phone('1002');
  await connect(alice, bob);
  await hearEachOther(alice, bob);
  await stage.server.restart();
  await Promise.all([alice.closed(), bob.closed()]);
});
