// Microphone, speaker and ringer: chosen, changed, pulled out and plugged in while a call goes on.
// @ts-check
import assert from 'node:assert/strict';
import { PluggableDevices } from '../peers/pluggable_devices.mjs';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';

/** @typedef {import('../peers/web_phone.mjs').WebPhone} WebPhone */
/** @typedef {import('../peers/stage.mjs').Stage} Stage */
/** @typedef {import('../peers/pluggable_devices.mjs').Device} Device */

/** @type {Device & {hz: number}} */
const kBuiltIn = { kind: 'audioinput', id: 'in-1', label: 'Built-in microphone', hz: 530 };
/** @type {Device & {hz: number}} */
const kHeadset = { kind: 'audioinput', id: 'in-2', label: 'Headset', hz: 950 };
/** @type {Device[]} */
const kOutputs = [
  { kind: 'audiooutput', id: 'out-1', label: 'Loudspeaker' },
  { kind: 'audiooutput', id: 'out-2', label: 'Headset' },
];

/** Runs in the page before its scripts: how often it offers or answers. */
function countDescriptions() {
  const page = /** @type {any} */ (window);
  page.webcallingTestDescriptions = 0;
  const original = RTCPeerConnection.prototype.setLocalDescription;
  RTCPeerConnection.prototype.setLocalDescription = function (/** @type {any} */ ...args) {
    page.webcallingTestDescriptions += 1;
    return original.apply(this, args);
  };
}

/** A web phone with these devices in a call to a plain phone. @param {Stage} stage */
async function inCall(stage) {
  const web = await stage.openWebPhone('1002');
  await web.page.addInitScript(countDescriptions);
  const devices = await PluggableDevices.install(web.page, [kBuiltIn, kHeadset, ...kOutputs]);
  await web.signIn();
  const bob = await stage.plainPhone('1001');
  await web.dial('1001');
  const invite = await bob.incoming();
  bob.ring(invite);
  await web.ringing();
  await bob.answer(invite);
  await web.established();
  await bob.ear.hears(kBuiltIn.hz);
  const descriptions = () => web.page.evaluate(() => /** @type {any} */ (window).webcallingTestDescriptions);
  return { web, devices, bob, descriptions };
}

/** @param {WebPhone} web @param {(page: import('playwright-core').Page) => Promise<unknown>} act */
async function inSettings(web, act) {
  await web.page.click('#audioSettingsBtn');
  await act(web.page);
  await web.page.click('.audio-dialog > .btn');
}

/** @param {WebPhone} web @param {string} name */
async function notice(web, name) {
  const shown = web.page.locator(`#audioNotice[data-notice="${name}"]`);
  await shown.waitFor();
  return (await shown.textContent()) ?? '';
}

scene('another microphone in mid-call is heard at once, without a new offer', async (stage) => {
  const { web, devices, bob, descriptions } = await inCall(stage);
  await inSettings(web, (page) => page.selectOption('[data-device=microphone]', kHeadset.id));
  await bob.ear.forget();
  await bob.ear.hears(kHeadset.hz);
  await bob.ear.assertNever(kBuiltIn.hz);
  assert.equal(await descriptions(), 1);
  assert.deepEqual(await devices.live(), [kHeadset.label]);
  await web.ear.hears(bob.hz);
});

scene('a muted call stays muted with another microphone, and with other processing', async (stage) => {
  const { web, bob } = await inCall(stage);
  await web.toggleMute();
  await inSettings(web, async (page) => {
    await page.selectOption('[data-device=microphone]', kHeadset.id);
    await page.uncheck('#noiseSuppression');
  });
  await bob.ear.forget();
  await bob.ear.listensFor(1);
  await bob.ear.assertNever(kHeadset.hz, { grace: 0.4 });
  await bob.ear.assertNever(kBuiltIn.hz, { grace: 0.4 });
  await web.toggleMute();
  await bob.ear.hears(kHeadset.hz);
});

scene('a headset that is pulled out is replaced, and used again when it is back', async (stage) => {
  const { web, devices, bob, descriptions } = await inCall(stage);
  await inSettings(web, (page) => page.selectOption('[data-device=microphone]', kHeadset.id));
  await bob.ear.hears(kHeadset.hz);
  await devices.pullOut(kHeadset.id);
  assert.match(await notice(web, 'microphone-device-lost'), /Headset is gone/);
  await bob.ear.forget();
  await bob.ear.hears(kBuiltIn.hz);
  await devices.plugIn({ ...kHeadset, id: 'in-2 with another id' });
  assert.match(await notice(web, 'microphone-device-back'), /Headset is there again/);
  await bob.ear.forget();
  await bob.ear.hears(kHeadset.hz);
  assert.equal(await descriptions(), 1);
  await web.hangup();
  await web.closed('hung-up');
  assert.deepEqual(await devices.live(), []);
});

scene('the permission is taken away in mid-call: a sentence, and the call goes on', async (stage) => {
  const { web, devices, bob } = await inCall(stage);
  await devices.takePermissionAway();
  assert.match(await notice(web, 'microphone-refused'), /beside the address bar/);
  await web.callState(/^active$/);
  await web.ear.forget();
  await web.ear.hears(bob.hz, { seconds: 1 });
  await web.hangup();
  await web.closed('hung-up');
});

scene('the speaker is changed in mid-call, falls back when it is pulled out, and is remembered', async (stage) => {
  const { web, devices } = await inCall(stage);
  await inSettings(web, async (page) => {
    await page.selectOption('[data-device=speaker]', 'out-2');
    await page.locator('[data-testid=volume]').fill('40');
  });
  const sink = (/** @type {string} */ id) => until(`the far end is heard on "${id}"`, async () => (await devices.sinks()).remoteAudio === id);
  await sink('out-2');
  const volume = () => web.page.locator('#remoteAudio').evaluate((element) => /** @type {HTMLAudioElement} */ (element).volume);
  assert.equal(await volume(), 0.4);
  await devices.pullOut('out-2');
  await notice(web, 'speaker-device-lost');
  await sink('');
  await web.page.reload();
  await web.signedInAgain();
  await sink('out-2');
  assert.equal(await volume(), 0.4);
});

scene('an ended call shows its figures', async (stage) => {
  const { web } = await inCall(stage);
  await web.page.locator('#callQuality[data-verdict=good]').waitFor({ timeout: 15_000 });
  await web.hangup();
  await web.closed('hung-up');
  await web.page.click('#endedQuality summary');
  const figures = (await web.page.locator('#endedQuality').textContent()) ?? '';
  assert.match(figures, /On average(excellent|good), 4\.\d of 5/);
  assert.match(figures, /From the call to ringing\d+ ms/);
});

scene('meters move: the microphone, and what a test plays', async (stage) => {
  const { web } = await inCall(stage);
  const level = (/** @type {string} */ kind) => async () => {
    const meter = web.page.locator(`.audio-level:has([data-test=${kind}]) [role=meter]`);
    return (await meter.count()) > 0 && Number(await meter.getAttribute('aria-valuenow')) > 30;
  };
  await inSettings(web, async (page) => {
    for (const kind of ['microphone', 'speaker', 'ringer']) {
      await page.click(`[data-test=${kind}]`);
      await until(`the meter of the ${kind} moves`, level(kind));
    }
  });
});

scene("Chromium's own devices can be chosen, and the call goes on with them", async (stage) => {
  const web = await stage.webPhone('1002');
  const bob = await stage.plainPhone('1001');
  await web.dial('1001');
  const invite = await bob.incoming();
  bob.ring(invite);
  await bob.answer(invite);
  await web.established();
  await inSettings(web, async (page) => {
    for (const kind of ['microphone', 'speaker', 'ringer']) {
      const options = page.locator(`[data-device=${kind}] option`);
      await until(`there are names of a ${kind}`, async () => (await options.count()) > 1);
      await page.selectOption(`[data-device=${kind}]`, { index: 1 });
    }
    await page.uncheck('#echoCancellation');
  });
  await bob.ear.forget();
  await bob.ear.hears(web.hz);
  await web.ear.forget();
  await web.ear.hears(bob.hz);
  const sink = () => web.page.locator('#remoteAudio').evaluate((element) => /** @type {any} */ (element).sinkId);
  await until('the far end is heard on the chosen device', async () => (await sink()) !== '');
});
