// Phones that encrypt everything: signalling over TLS, audio with keys of SDES or of DTLS-SRTP, in both directions of calling.
// baresip 1.0 takes any certificate; that ours is one to be verified is shown by tls_test.mjs with Node's TLS.
// @ts-check
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { kCodecs } from '../peers/baresip.mjs';
import { connect, disconnect, hearEachOther, hearsMusicInsteadOf } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';
import { tlsWire } from '../peers/wire.mjs';

/** @typedef {Partial<import('../peers/baresip.mjs').Options>} PhoneOptions */

/** Ways that leave no choice: without encryption such a phone has no call. @type {Record<string, PhoneOptions>} */
const kinds = {
  SDES: { transport: 'tls', encryption: 'srtp-mand' },
  'DTLS-SRTP': { transport: 'tls', encryption: 'dtls_srtp', rtcpMux: true },
};

/** Nobody talks in the clear here. */
const kRequired = { settings: { media: { encryption: 'required' } } };

for (const [name, options] of Object.entries(kinds)) {
  scene(
    `two phones over TLS with ${name} call each other, hold, resume and hang up`,
    async (stage) => {
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
      await connect(bob, alice);
      await disconnect(bob, alice);
    },
    kRequired,
  );

  scene(`a phone over TLS with ${name} talks to one over UDP in the clear, whoever calls`, async (stage) => {
    const alice = await stage.phone('1001', options);
    const bob = await stage.phone('1002');
    await connect(alice, bob);
    await hearEachOther(alice, bob);
    await disconnect(bob, alice);
    await connect(bob, alice);
    await hearEachOther(alice, bob);
    await disconnect(alice, bob);
  });

  scene(`a phone over TLS with ${name} hears itself at 9196`, async (stage) => {
    const alice = await stage.phone('1001', { ...options, codecs: [kCodecs.opus] });
    await alice.dial('9196');
    await alice.established();
    await alice.ear.hears(alice.hz);
    await alice.hangup();
    await alice.closed();
  });
}

scene(
  'SDES and DTLS-SRTP meet over TLS, and their digits arrive',
  async (stage) => {
    const alice = await stage.phone('1001', kinds.SDES);
    const bob = await stage.phone('1002', kinds['DTLS-SRTP']);
    await connect(alice, bob);
    await hearEachOther(alice, bob);
    await alice.sendDigits('159#');
    await bob.digits('159#');
    await disconnect(alice, bob);
    await connect(bob, alice);
    await hearEachOther(alice, bob);
    await disconnect(bob, alice);
  },
  kRequired,
);

scene('who verifies the certificate finds the server that the phones register with', async (stage) => {
  await stage.phone('1001', kinds.SDES);
  const wire = await tlsWire(stage.server.ports.tls, '127.0.0.1', { ca: fs.readFileSync(stage.server.certificateFile) });
  assert.match(String(wire.certificate.subjectaltname), /127\.0\.0\.1/);
  await wire.close();
  assert.match(stage.server.log, /1001 registered from \S+ over TLS/);
});
