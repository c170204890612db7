// No microphone, or not for this page: a sentence says what to do.
// @ts-check
import assert from 'node:assert/strict';
import { scene } from '../peers/stage.mjs';

/** @type {[('refused' | 'missing'), string][]} */
const troubles = [
  ['refused', 'microphone-refused'],
  ['missing', 'no-microphone'],
];
for (const [microphone, reason] of troubles) {
  scene(`a microphone that is ${microphone} is named, and the call does not ring`, async (stage) => {
    const bob = await stage.phone('1001');
    const web = await stage.webPhone('1002', { microphone });
    await web.dial('1001');
    assert.match(await web.closed(reason), /microphone/i);
    assert.ok(!bob.events.some((event) => event.type === 'CALL_INCOMING'));
  });
}
