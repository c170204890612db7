// What networks do to a call, made for real: the call is there afterwards, with audio both ways.
// @ts-check
import { BadNetwork } from '../peers/bad_network.mjs';
import { Cable } from '../peers/cable.mjs';
import { freePort } from '../peers/ports.mjs';
import { connect, hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';

/** @typedef {import('../peers/stage.mjs').Stage} Stage */

/** A web phone whose signalling and media both go ways that can be broken, in a call. @param {Stage} stage */
async function talking(stage) {
  const port = await freePort();
  const cable = stage.keep(await Cable.lay(stage.server.ports.web, port));
  const network = stage.keep(await BadNetwork.start(stage.server.ports.webrtc));
  const web = await stage.openWebPhone('1002', { url: `http://127.0.0.1:${port}/` });
  await web.page.addInitScript(() => { const O = RTCPeerConnection; (/** @type {any} */ (window)).pcs = []; (/** @type {any} */ (window)).RTCPeerConnection = class extends O { constructor(/** @type {any} */ c) { super(c); (/** @type {any} */ (window)).pcs.push(this); } }; });
  await network.carry(web.page);
  await web.signIn();
  const bob = await stage.phone('1001', { speaks: 60 });
  await connect(web, bob);
  await hearEachOther(web, bob);
  return { cable, network, web, bob };
}

/** @param {Awaited<ReturnType<typeof talking>>} call @param {import('node:test').TestContext} t @param {string} what @param {number} since */
async function goesOn({ web, bob }, t, what, since) {
  await hearEachOther(web, bob);
  t.diagnostic(`${what}: both voices recognized ${(performance.now() - since).toFixed(0)} ms after it was over`);
  await web.registered(20_000);
  await web.established();
  await web.hangup();
  await bob.closed();
}

scene('five seconds in which nothing at all gets through', async (stage, t) => {
  const call = await talking(stage);
  const begin = performance.now();
  call.network.cut = true;
  call.cable.pull();
  await call.web.registration(/^(reconnecting|connecting)$/);
  await call.web.page.locator('#mediaTrouble').waitFor({ timeout: 20_000 });
  await until('five seconds are over', () => performance.now() - begin >= 5000, { within: 20_000 });
  const over = performance.now();
  call.network.cut = false;
  call.cable.plugIn();
  await goesOn(call, t, `${((over - begin) / 1000).toFixed(1)} s without a network`, over);
});

scene('another network: the browser appears at another address, and its WebSocket is gone', async (stage, t) => {
  const call = await talking(stage);
  const begin = performance.now();
  await call.network.move();
  call.cable.pull();
  await call.web.registration(/^(reconnecting|connecting)$/);
  call.cable.plugIn();
  await goesOn(call, t, 'another network', begin);
});

scene('a WebSocket that is cut again and again', async (stage, t) => {
  const call = await talking(stage);
  await call.web.page.evaluate(() => 1);
  const frames = /** @type {string[]} */ ([]);
  call.web.page.on('websocket', (s) => { for (const e of /** @type {const} */ (['framesent', 'framereceived'])) s.on(e, ({ payload }) => frames.push(`${e} ${String(payload).slice(0, 3000)}`)); });
  const begin = performance.now();
  for (let time = 0; time < 3; ++time) {
    call.cable.pull();
    await call.web.registration(/^(reconnecting|connecting)$/);
    await hearEachOther(call.web, call.bob).catch(async (error) => { console.log('ITER', time); console.log(frames.length, await call.web.page.locator('.content-panel, main').first().innerText(), await call.web.page.evaluate(() => (/** @type {any} */ (window)).pcs.map((/** @type {any} */ p) => [p.signalingState, p.connectionState, p.iceConnectionState].join(' ')))); throw error; });
    call.cable.plugIn();
    await call.web.registered(20_000);
  }
  await goesOn(call, t, 'three cuts, and a call that went on', begin);
});
