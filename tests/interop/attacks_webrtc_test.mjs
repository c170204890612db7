// Cases of docs/security.md about ICE and DTLS, tried on a browser's and a phone's way of talking while another call is up.
// @ts-check
import assert from 'node:assert/strict';
import { Gun } from '../peers/gun.mjs';
import { certificateWithBadCurve, DatagramHandshake } from '../peers/handshake.mjs';
import { siege } from '../peers/siege.mjs';
import { hearEachOther } from '../peers/situations.mjs';
import { attribute, bindingRequest, kAttribute, stunStatus } from '../peers/stun.mjs';
import { until } from '../peers/until.mjs';
import { makeCertificate, remoteOf, WebRtcPeer } from '../peers/webrtc_peer.mjs';

/** @typedef {import('../peers/stage.mjs').Stage} Stage */

/**
 * 1003 calls 1004 with an offer of its own making, and is answered.
 * @param {Stage} stage
 * @param {string} offer
 */
async function callWith(stage, offer) {
  const caller = await stage.client('udp', { user: '1003' });
  const callee = await stage.plainPhone('1004');
  const headers = { Contact: caller.contact, 'Content-Type': 'application/sdp' };
  const calling = caller.authenticated(caller.request('INVITE', `sip:1004@${caller.identity.domain}`, { headers, body: offer }));
  await callee.answer(await callee.incoming());
  const { request, response } = await calling;
  assert.equal(response.status, 200);
  const dialog = { to: request.start.split(' ')[1], callId: request.callId, fromTag: request.tag('From'), toTag: response.tag('To') };
  caller.send(caller.request('ACK', response.contactUri ?? '', { ...dialog, cseq: request.cseq }));
  return {
    callee,
    remote: remoteOf(response.body),
    hangup: async () => {
      const bye = caller.request('BYE', response.contactUri ?? '', { ...dialog, cseq: request.cseq + 1 });
      assert.equal((await caller.transact(bye)).status, 200);
      await callee.client.received.take('BYE', (message) => message.isRequest && message.method === 'BYE');
    },
  };
}

const kKeys = /Keying material: [0-9A-F]/;

/** openssl has verified ours, which is when it sends its own. @param {import('../peers/program.mjs').Program} handshake */
function hasShownCertificate(handshake) {
  return /verify return:1\s+depth=0.*\s+verify return:1/.test(handshake.output + handshake.errors);
}

/** A whole certificate of nobody whom we talk to. @param {Stage} stage @param {string} name */
function certificate(stage, name) {
  return makeCertificate(stage.folder(name), name);
}

for (const [kind, ice] of /** @type {const} */ ([['a browser', true], ['a phone', false]])) {
  siege(`handshakes of strangers and of ${kind}`, {
    'S6 hellos of strangers before the real one, some without any cipher': async ({ stage }) => {
      const peer = stage.keep(await WebRtcPeer.open(stage.directory, await certificate(stage, `s6-${ice}`), { ice }));
      const call = await callWith(stage, peer.sdp());
      const guns = [stage.keep(await Gun.at('127.0.0.2')), stage.keep(await Gun.at('127.0.0.1'))];
      const harass = async () => {
        for (const gun of guns) {
          for (let i = 0; i < 10; ++i) gun.shoot(call.remote.port, new DatagramHandshake().hello({ nullCipher: i % 2 === 0 }));
        }
      };
      await harass();
      await peer.connect(call.remote);
      await harass();
      await peer.speak();
      await harass();
      await hearEachOther(peer, call.callee);
      if (ice) for (const gun of guns) gun.assertUnanswered();
      await call.hangup();
    },

    'S6 a stranger who finishes a handshake of his own before the real one': async ({ stage }) => {
      const peer = stage.keep(await WebRtcPeer.open(stage.directory, await certificate(stage, `s6-own-${ice}`), { ice }));
      const call = await callWith(stage, peer.sdp());
      const thief = stage.keep(await WebRtcPeer.open(stage.folder('thief'), await certificate(stage, `thief-${ice}`), { ice: false, own: '127.0.0.2' }));
      await thief.connect(call.remote);
      const handshake = thief.shakeHands();
      // A phone may sit behind a NAT, so that a stranger is heard until he shows who he is.
      if (!ice) await until('the stranger shows his certificate', () => hasShownCertificate(handshake));
      await peer.connect(call.remote);
      await peer.speak();
      await hearEachOther(peer, call.callee);
      assert.doesNotMatch(handshake.output, kKeys, 'the stranger has got keys');
      if (ice) assert.equal(thief.packets, 0, 'the stranger is answered');
      await call.hangup();
    },

    'S8 a certificate that is not that of the description': async ({ stage }) => {
      const announced = await certificate(stage, `announced-${ice}`);
      const liar = stage.keep(await WebRtcPeer.open(stage.folder('liar'), await certificate(stage, `liar-${ice}`), { ice }));
      const call = await callWith(stage, liar.sdp(announced));
      await liar.connect(call.remote);
      const handshake = liar.shakeHands();
      await until('the liar shows his certificate', () => hasShownCertificate(handshake));
      assert.equal((await call.callee.client.options()).status, 200);
      assert.doesNotMatch(handshake.output, kKeys);
      await liar.stop();
      // Who has the certificate of the description is still waited for.
      const honest = stage.keep(await WebRtcPeer.open(stage.folder('honest'), announced, { ice, hz: 1850 }));
      await honest.connect(call.remote);
      await honest.speak();
      await hearEachOther(honest, call.callee);
      await call.callee.ear.assertNever(liar.hz);
      await call.hangup();
    },

    'S37 a certificate whose elliptic curve is none': async ({ stage }) => {
      const peer = stage.keep(await WebRtcPeer.open(stage.directory, await certificate(stage, `s37-${ice}`), { ice }));
      const call = await callWith(stage, peer.sdp());
      const gun = ice ? undefined : stage.keep(await Gun.at());
      const target = { port: call.remote.port };
      if (gun) {
        // RFC 6347 section 4.2.1: a stranger shows that he can hear us first.
        const handshake = new DatagramHandshake();
        gun.shoot(target.port, handshake.hello());
        await until('the server asks for its cookie', () => gun.hits.some((hit) => DatagramHandshake.cookieIn(hit)));
        gun.shoot(target.port, handshake.hello({ cookie: gun.hits.map(DatagramHandshake.cookieIn).find(Boolean) }));
        await until('the server has said hello', () => gun.hits.some((hit) => DatagramHandshake.isDone(hit)));
        gun.shoot(target.port, handshake.certificate(certificateWithBadCurve()));
        await peer.connect(call.remote);
      } else {
        await peer.connect(call.remote);
        const handshake = new DatagramHandshake();
        peer.sendRaw(handshake.hello());
        await until('the server has said hello', () => peer.packets > 0);
        peer.sendRaw(handshake.certificate(certificateWithBadCurve()));
      }
      await peer.speak();
      await hearEachOther(peer, call.callee);
      await call.hangup();
    },
  });
}

siege('checks of strangers', {
  'S7 checks without the password nominate nobody': async ({ stage }) => {
    const peer = stage.keep(await WebRtcPeer.open(stage.directory, await certificate(stage, 's7'), {}));
    const call = await callWith(stage, peer.sdp());
    await peer.connect(call.remote);
    await peer.speak();
    await hearEachOther(peer, call.callee);
    const { port, ufrag } = call.remote;
    const useCandidate = attribute(kAttribute.useCandidate);
    for (const own of ['127.0.0.2', '127.0.0.1']) {
      const gun = stage.keep(await Gun.at(own));
      const name = attribute(kAttribute.username, `${ufrag}:them`);
      const forged = [
        bindingRequest([name, useCandidate]),
        bindingRequest([name, useCandidate], { fingerprint: false }),
        bindingRequest([name, useCandidate], { password: '' }),
        bindingRequest([name, useCandidate], { password: '0123456789012345678901' }),
        bindingRequest([attribute(kAttribute.username, `${ufrag}`), useCandidate], { password: 'guess' }),
        bindingRequest([attribute(kAttribute.username, `:${ufrag}`), useCandidate], { password: 'guess' }),
        bindingRequest([useCandidate]),
        Buffer.concat([bindingRequest([name, useCandidate], { password: 'x', fingerprint: false }).subarray(0, -8)]),
      ];
      for (let i = 0; i < 20; ++i) for (const each of forged) gun.shoot(port, each);
      await hearEachOther(peer, call.callee);
      await until('the forger is answered', () => gun.hits.length > 0);
      for (const hit of gun.hits) assert.ok([400, 401].includes(stunStatus(hit) ?? 0), `answered with ${stunStatus(hit)}`);
    }
    await call.hangup();
  },

  'S29 signed checks with attributes that end where nothing is': async ({ stage }) => {
    const peer = stage.keep(await WebRtcPeer.open(stage.directory, await certificate(stage, 's29'), {}));
    const call = await callWith(stage, peer.sdp());
    await peer.connect(call.remote);
    await peer.speak();
    const { ufrag, pwd: password } = call.remote;
    const name = attribute(kAttribute.username, `${ufrag}:them`);
    for (const more of [
      attribute(kAttribute.username, `${ufrag}:${'x'.repeat(1200)}`),
      attribute(kAttribute.mapped, Buffer.alloc(3)),
      attribute(kAttribute.priority, Buffer.alloc(1)),
      attribute(kAttribute.controlling, Buffer.alloc(1)),
      attribute(0x0001, Buffer.alloc(0), 0xfff0),
    ]) {
      peer.sendRaw(bindingRequest([name, more], { password }));
      peer.sendRaw(bindingRequest([more, name, attribute(kAttribute.useCandidate)], { password }));
    }
    await hearEachOther(peer, call.callee);
    await call.hangup();
  },
});
