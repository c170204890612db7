// How long the user waits, as the page itself measures it. Also takes the picture of a phone in a call.
// @ts-check
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { kCodecs } from '../peers/baresip.mjs';
import { connect, hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';

/** The aim is 200 ms on an idle machine with two cores; a busy one may take longer, but never this long. */
const kNever = 1000;

/** @param {number[]} values */
function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

scene('from the click to ringing, and from the answer to the first sound', async (stage, t) => {
  const bob = await stage.phone('1001', { codecs: [kCodecs.opus] });
  const web = await stage.webPhone('1002');
  /** @type {Record<string, number[]>} */
  const waits = {
    'click to INVITE': [],
    'click to ringing': [],
    'answer to first sound, calling': [],
    'answer to first sound, called': [],
  };
  for (let round = 0; round < 3; ++round) {
    await connect(web, bob);
    waits['click to INVITE'].push(await web.measured('call-clicked', 'invite-sent'));
    waits['click to ringing'].push(await web.measured('call-clicked', 'ringing'));
    waits['answer to first sound, calling'].push(await web.measured('answered', 'first-audio'));
    await web.hangup();
    await bob.closed();
    await web.idle();
    await connect(bob, web);
    waits['answer to first sound, called'].push(await web.measured('answer-clicked', 'first-audio'));
    await web.hangup();
    await bob.closed();
    await web.idle();
  }
  for (const [what, values] of Object.entries(waits)) {
    const all = values.map((value) => value.toFixed(0)).join(', ');
    t.diagnostic(`${what}: ${median(values).toFixed(0)} ms (of ${all})`);
    assert.ok(median(values) < kNever, `${what}: ${all} ms`);
  }
});

/** Slow 4G of Chromium's developer tools. */
const kSlow = { offline: false, latency: 150, downloadThroughput: (1.6 * 1024 * 1024) / 8, uploadThroughput: (750 * 1024) / 8 };

scene('from the address to the first paint, and to the sign-in, over a slow connection', async (stage, t) => {
  const web = await stage.openWebPhone('1002');
  const tools = await web.page.context().newCDPSession(web.page);
  await tools.send('Network.enable');
  // As for somebody who was never here.
  await tools.send('Network.setCacheDisabled', { cacheDisabled: true });
  await tools.send('Network.setBypassServiceWorker', { bypass: true });
  await tools.send('Network.emulateNetworkConditions', kSlow);
  /** @type {number[]} */
  const paints = [];
  /** @type {number[]} */
  const ready = [];
  for (let round = 0; round < 3; ++round) {
    await web.page.reload();
    await web.page.locator('#userAgentId').waitFor({ timeout: 20_000 });
    ready.push(await web.page.evaluate(() => performance.now()));
    paints.push(await web.page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0));
  }
  for (const [what, values] of /** @type {[string, number[]][]} */ ([['first paint', paints], ['sign-in', ready]])) {
    const all = values.map((value) => value.toFixed(0)).join(', ');
    t.diagnostic(`${what} at 1.6 Mbit/s and 150 ms: ${median(values).toFixed(0)} ms (of ${all})`);
    assert.ok(median(values) > 0 && median(values) < 10 * kNever, `${what}: ${all} ms`);
  }
});

scene('a picture of the phone in a call', async (stage, t) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002');
  await connect(web, bob);
  await hearEachOther(web, bob);
  const folder = process.env.WEBCALLING_SCREENSHOTS ?? stage.directory;
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'phone-in-call.png');
  await web.screenshot(file);
  assert.ok(fs.statSync(file).size > 5000);
  t.diagnostic(`the picture is ${file}`);
});
