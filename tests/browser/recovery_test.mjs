// A lost connection, a restarted server: the phone finds back by itself and says truthfully where it stands.
// @ts-check
import { Cable } from '../peers/cable.mjs';
import { freePort } from '../peers/ports.mjs';
import { connect, hearEachOther, killAndStart } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';

/** @typedef {import('../peers/stage.mjs').Stage} Stage */

scene('the server is restarted while the phone is registered', async (stage) => {
  const web = await stage.webPhone('1002');
  await stage.server.stop();
  await web.registration(/^(reconnecting|connecting)$/);
  await stage.server.start();
  await web.registered(20_000);
  const bob = await stage.phone('1001');
  await connect(bob, web);
  await hearEachOther(bob, web);
});

/** A web phone whose way to the server can be cut. @param {Stage} stage */
async function phoneOnCable(stage) {
  const port = await freePort();
  const cable = stage.keep(await Cable.lay(stage.server.ports.web, port));
  const web = await stage.webPhone('1002', { url: `http://127.0.0.1:${port}/` });
  return { cable, web };
}

scene('a lost WebSocket is found again, and calls arrive again', async (stage) => {
  const { cable, web } = await phoneOnCable(stage);
  cable.pull();
  await web.registration(/^(reconnecting|connecting)$/);
  cable.plugIn();
  await web.registered(20_000);
  const bob = await stage.phone('1001');
  await connect(bob, web);
  await hearEachOther(bob, web);
});

scene('a call goes on while the WebSocket is lost, and can be ended afterwards', async (stage) => {
  const { cable, web } = await phoneOnCable(stage);
  const bob = await stage.phone('1001');
  await connect(web, bob);
  await hearEachOther(web, bob);
  cable.pull();
  await web.registration(/^(reconnecting|connecting)$/);
  await hearEachOther(web, bob);
  cable.plugIn();
  await web.registered(20_000);
  await hearEachOther(web, bob);
  await web.hangup();
  await bob.closed();
});

for (const called of [false, true]) {
  scene(`the server is killed in a call ${called ? 'to' : 'of'} the web phone: it is there again`, async (stage, t) => {
    const bob = await stage.phone('1001');
    const web = await stage.webPhone('1002');
    await (called ? connect(bob, web) : connect(web, bob));
    await hearEachOther(web, bob);
    for (const time of ['first', 'second']) {
      const begin = performance.now();
      await killAndStart(stage, '1002');
      await hearEachOther(web, bob);
      t.diagnostic(`${time} time: both voices recognized ${(performance.now() - begin).toFixed(0)} ms after the server was killed`);
      await web.established();
    }
    await web.hangup();
    await bob.closed();
  });
}

scene('the server is killed while two web phones talk', async (stage, t) => {
  const carol = await stage.webPhone('1002');
  const dave = await stage.webPhone('1003');
  await connect(carol, dave);
  await hearEachOther(carol, dave);
  const begin = performance.now();
  await killAndStart(stage, '1003');
  await hearEachOther(carol, dave);
  t.diagnostic(`both voices recognized ${(performance.now() - begin).toFixed(0)} ms after the server was killed`);
  await carol.hangup();
  await dave.idle();
});
