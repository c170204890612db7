// The phone says how a call sounds, and on whose side the trouble is.
// @ts-check
import assert from 'node:assert/strict';
import { BadNetwork } from '../peers/bad_network.mjs';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';

/** @typedef {import('../peers/web_phone.mjs').WebPhone} WebPhone */
/** @typedef {import('../peers/stage.mjs').Stage} Stage */

/** Runs in the page before its scripts: it sends and takes G.711 only, so that the server passes packets on as they are. */
function speakG711() {
  const original = RTCPeerConnection.prototype.addTrack;
  RTCPeerConnection.prototype.addTrack = function (...args) {
    const sender = original.apply(this, args);
    const wanted = /PCMU|telephone-event/;
    const codecs = RTCRtpReceiver.getCapabilities('audio')?.codecs.filter(({ mimeType }) => wanted.test(mimeType)) ?? [];
    for (const transceiver of this.getTransceivers()) transceiver.setCodecPreferences(codecs);
    return sender;
  };
}

/** @param {WebPhone} web */
async function read(web) {
  return web.page.locator('#callQuality').evaluate((element) => {
    const { verdict, receiving, sending } = /** @type {HTMLElement} */ (element).dataset;
    return { verdict, receiving: Number(receiving ?? Number.NaN), sending: Number(sending ?? Number.NaN) };
  });
}

/**
 * @param {WebPhone} web
 * @param {string} what
 * @param {(quality: {verdict: string | undefined, receiving: number, sending: number}) => boolean} matches
 */
async function quality(web, what, matches) {
  let seen = {};
  return until(
    `the phone says that ${what}`,
    async () => {
      const now = await read(web);
      seen = now;
      return matches(now) ? now : undefined;
    },
    { within: 25_000, every: 200, otherwise: () => JSON.stringify(seen) },
  );
}

/** @param {Stage} stage @param {WebPhone} web */
async function callPlainPhone(stage, web) {
  const bob = await stage.plainPhone('1001');
  await web.dial('1001');
  const invite = await bob.incoming();
  bob.ring(invite);
  await bob.answer(invite);
  await web.established();
  return bob;
}

/** @param {WebPhone} web @param {RegExp} sentence */
async function says(web, sentence) {
  assert.match((await web.page.locator('#qualityVerdict').textContent()) ?? '', sentence);
}

for (const [name, number] of Object.entries({ 'an echo': '9196', music: '9664' })) {
  scene(`${name} sounds good in both directions, as the server's reports say too`, async (stage, t) => {
    const web = await stage.webPhone('1002');
    await web.dial(number);
    await web.established();
    const { receiving, sending } = await quality(web, 'all is well', (now) => now.verdict === 'good' && now.sending > 0);
    assert.ok(receiving > 4.2 && sending > 4.2, `${receiving} and ${sending}`);
    t.diagnostic(`MOS ${receiving} received, ${sending} sent`);
    await web.page.click('#qualityBtn');
    await web.page.locator('.quality-table').waitFor();
    await says(web, /good in both directions/);
  });
}

scene('a transcoded call is measured in both directions', async (stage) => {
  const web = await stage.webPhone('1002');
  await callPlainPhone(stage, web);
  await quality(web, 'all is well', (now) => now.verdict === 'good' && now.receiving > 4.2 && now.sending > 4.2);
});

scene('loss before the server is the far side, and heals', async (stage, t) => {
  const web = await stage.openWebPhone('1002');
  await web.page.addInitScript(speakG711);
  await web.page.reload();
  await web.signIn();
  const bob = await callPlainPhone(stage, web);
  const before = await quality(web, 'all is well', (now) => now.verdict === 'good' && now.sending > 0);
  bob.media.loss = 0.15;
  const during = await quality(web, 'the far side has trouble', (now) => now.verdict === 'far-side');
  assert.ok(during.receiving < before.receiving - 0.3, `${before.receiving} before, ${during.receiving} with loss`);
  assert.ok(during.sending > 4.2, `what we send is well: ${during.sending}`);
  t.diagnostic(`MOS ${before.receiving} without loss, ${during.receiving} with 15 % loss`);
  await says(web, /other side is bad/);
  bob.media.loss = 0;
  await quality(web, 'all is well again', (now) => now.verdict === 'good' && now.receiving > 4.2);
});

scene('loss between the server and the page is our network, in the direction in which it is', async (stage, t) => {
  const network = stage.keep(await BadNetwork.start(stage.server.ports.webrtc));
  const web = await stage.openWebPhone('1002');
  await web.page.addInitScript(speakG711);
  await network.carry(web.page);
  await web.signIn();
  await callPlainPhone(stage, web);
  await quality(web, 'all is well', (now) => now.verdict === 'good' && now.sending > 0);

  network.loss = { up: 0, down: 0.15 };
  const down = await quality(web, 'what we receive is bad', (now) => now.verdict === 'your-network-receiving');
  await says(web, /on its way to you/);

  network.loss = { up: 0.15, down: 0 };
  const up = await quality(web, 'what we send is bad', (now) => now.verdict === 'your-network-sending');
  assert.ok(up.sending < 4, `the server's report says ${up.sending}`);
  await says(web, /on its way out/);

  network.loss = { up: 0.15, down: 0.15 };
  await quality(web, 'both are bad', (now) => now.verdict === 'your-network');
  t.diagnostic(`MOS received ${down.receiving} with loss down; sent ${up.sending} with loss up`);

  network.loss = { up: 0, down: 1 };
  await quality(web, 'nothing arrives', (now) => now.verdict === 'nothing-arrives');
}, { timeout: 120_000 });
