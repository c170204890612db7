// The sequence numbers of RTP come round after 65,536 packets, and SRTP counts the rounds in silence (RFC 3711 section 3.3.1).
// Whoever loses count while a call is held hears nothing any more (ATTACKS S41).
// @ts-check
import assert from 'node:assert/strict';
import { scene } from '../peers/stage.mjs';

const kMoreThanARound = 66_000;

scene(
  'audio under SRTP is heard after 66,000 packets and a hold',
  async (stage) => {
    const alice = await stage.plainPhone('1001', { encryption: { suite: 'AES_CM_128_HMAC_SHA1_80' } });
    const call = await alice.call('9196');
    await alice.ear.hears(alice.hz);
    const before = alice.media.packets.length;
    await alice.media.hurry(kMoreThanARound);
    assert.ok(alice.media.packets.length - before > 0.9 * kMoreThanARound, 'nearly all of them come back');
    assert.equal((await call.offer({ direction: 'sendonly' })).status, 200);
    assert.equal((await call.offer()).status, 200);
    await alice.ear.forget();
    await alice.ear.hears(alice.hz);
    assert.equal(alice.media.unreadable, 0);
    await call.hangup();
  },
  { timeout: 110_000 },
);
