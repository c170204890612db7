// Encrypted audio of SIP phones: SRTP with keys of SDES and of DTLS, between phones, to phones that know nothing of it, and to
// the web phone's way of talking.
// @ts-check
import assert from 'node:assert/strict';
import { kCodecs } from '../peers/baresip.mjs';
import { connect, disconnect, hearEachOther, hearsMusicInsteadOf } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';

/** @typedef {Partial<import('../peers/baresip.mjs').Options>} PhoneOptions */

/** How baresip encrypts. @type {Record<string, PhoneOptions>} */
const kinds = {
  'SDES that it offers': { encryption: 'srtp' },
  'SDES that it demands': { encryption: 'srtp-mand' },
  'DTLS-SRTP on two ports': { encryption: 'dtls_srtp' },
  'DTLS-SRTP on one port': { encryption: 'dtls_srtp', rtcpMux: true },
};

// Called without ICE, baresip 1.0 never begins the handshake that it has agreed to; so that it only calls here.
scene('a phone with DTLS-SRTP and ICE calls a phone in the clear', async (stage) => {
  const alice = await stage.phone('1001', { encryption: 'dtls_srtp', ice: true, rtcpMux: true });
  const bob = await stage.phone('1002');
  await connect(alice, bob);
  await hearEachOther(alice, bob);
  await disconnect(alice, bob);
});

for (const [name, options] of Object.entries(kinds)) {
  scene(`a phone with ${name} calls a phone in the clear`, async (stage) => {
    const alice = await stage.phone('1001', options);
    const bob = await stage.phone('1002');
    await connect(alice, bob);
    await hearEachOther(alice, bob);
    await disconnect(alice, bob);
  });

  scene(`a phone in the clear calls a phone with ${name}`, async (stage) => {
    const alice = await stage.phone('1001');
    const bob = await stage.phone('1002', options);
    await connect(alice, bob);
    await hearEachOther(alice, bob);
    await disconnect(bob, alice);
  });

  scene(`two phones with ${name} hear each other, before a hold and after it`, async (stage) => {
    const alice = await stage.phone('1001', options);
    const bob = await stage.phone('1002', options);
    await connect(alice, bob);
    await hearEachOther(alice, bob);
    await alice.hold();
    await hearsMusicInsteadOf(bob, alice);
    await alice.resume();
    await bob.ear.forget();
    await bob.ear.hears(alice.hz);
    await disconnect(alice, bob);
  });
}

scene('SDES and DTLS-SRTP meet, with codecs that have nothing in common', async (stage) => {
  const alice = await stage.phone('1001', { encryption: 'srtp-mand', codecs: [kCodecs.opus] });
  const bob = await stage.phone('1002', { encryption: 'dtls_srtp', codecs: [kCodecs.g722] });
  await connect(alice, bob);
  await hearEachOther(alice, bob);
  await disconnect(alice, bob);
});

for (const suite of /** @type {const} */ (['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32', 'AEAD_AES_128_GCM'])) {
  scene(`keys of ${suite} last through hold and resume, and may be changed`, async (stage) => {
    const alice = await stage.plainPhone('1001', { encryption: { suite } });
    const bob = await stage.phone('1002', { answer: 'auto' });
    const call = await alice.call('1002');
    assert.match(call.response.body, new RegExp(`^m=audio \\d+ RTP/SAVP`, 'm'));
    await hearEachOther(alice, bob);
    const key = keyIn(call.response.body);

    const held = await call.offer({ direction: 'sendonly' });
    assert.equal(keyIn(held.body), key);
    await hearsMusicInsteadOf(bob, alice);
    const resumed = await call.offer();
    assert.equal(keyIn(resumed.body), key);
    await hearEachOther(alice, bob);
    assert.equal(alice.media.unreadable, 0);

    alice.media.renewKey();
    const renewed = await call.offer();
    assert.notEqual(keyIn(renewed.body), key);
    await hearEachOther(alice, bob);
    await call.hangup();
    await bob.closed();
  });
}

scene('an offer of RTP/AVP with a key is answered encrypted (RFC 8643)', async (stage) => {
  const alice = await stage.plainPhone('1001', { encryption: { suite: 'AES_CM_128_HMAC_SHA1_80', profile: 'RTP/AVP' } });
  const bob = await stage.phone('1002', { answer: 'auto' });
  const call = await alice.call('1002');
  assert.match(call.response.body, /^m=audio \d+ RTP\/AVP/m);
  assert.ok(keyIn(call.response.body));
  await hearEachOther(alice, bob);
  await until('a report under the key', () => alice.media.reports.length > 0, { within: 10_000 });
  await call.hangup();
});

scene(
  'where encryption is required nobody talks without it',
  async (stage) => {
    const alice = await stage.plainPhone('1001');
    const bob = await stage.phone('1002', { encryption: 'srtp-mand', answer: 'auto' });
    const carol = await stage.phone('1003', { encryption: 'dtls_srtp' });
    assert.equal((await alice.attempt('1002')).status, 488);
    await carol.dial('1002');
    await Promise.all([carol.established(), bob.established()]);
    await hearEachOther(carol, bob);
    await disconnect(carol, bob);
  },
  { settings: { media: { encryption: 'required' } } },
);

scene(
  'where encryption is off a phone that insists on it is refused',
  async (stage) => {
    const alice = await stage.plainPhone('1001', { encryption: { suite: 'AES_CM_128_HMAC_SHA1_80' } });
    assert.equal((await alice.attempt('9196')).status, 488);
  },
  { settings: { media: { encryption: 'off' } } },
);

/** The key in a description. @param {string} sdp */
function keyIn(sdp) {
  return /^a=crypto:\d+ \S+ inline:(\S+)/m.exec(sdp)?.[1];
}
