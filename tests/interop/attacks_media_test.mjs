// Cases of docs/security.md about the audio of ordinary phones: strangers send to the media ports while a call is up.
// @ts-check
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { Gun, rtp } from '../peers/gun.mjs';
import { encodePcmu } from '../peers/pcmu.mjs';
import { siege } from '../peers/siege.mjs';
import { hearEachOther } from '../peers/situations.mjs';
import { attribute, bindingRequest, kAttribute } from '../peers/stun.mjs';

/** @typedef {import('../peers/siege.mjs').Besieged} Besieged */

/** Where the media of this phone's call is. @param {Besieged} besieged */
function mediaPort({ call }) {
  return Number(/^m=audio (\d+)/m.exec(call.response.body)?.[1]);
}

/** 20 ms of a voice that nobody in the call has. @param {number} i */
function foreignVoice(i) {
  return Buffer.from(Array.from({ length: 160 }, (_, n) => encodePcmu(0.6 * Math.sin((2 * Math.PI * 1490 * (160 * i + n)) / 8000))));
}

/** Guns at another address and at the address of the phones. @param {Besieged} besieged */
async function guns({ stage }) {
  return [stage.keep(await Gun.at('127.0.0.2')), stage.keep(await Gun.at('127.0.0.1'))];
}

/** RTCP with a length that is a lie (RFC 4585 section 6.1). @param {number} words @param {number} bytes that are really there */
function nack(words, bytes) {
  const packet = Buffer.alloc(bytes, 0xff);
  packet.writeUInt32BE((0x81cd0000 | words) >>> 0);
  return packet;
}

/** @type {Record<string, import('../peers/siege.mjs').Attack>} */
const attacks = {
  'S5 packets that no key fits, all over the range of ports': async (besieged) => {
    const { ports } = besieged.stage.server;
    for (const gun of await guns(besieged)) {
      const packet = Buffer.concat([Buffer.from('80007028', 'hex'), crypto.randomBytes(40)]);
      await gun.spray(ports.rtp, () => packet, 200);
      await gun.spray({ min: ports.webrtc, max: ports.webrtc }, () => packet, 200);
      gun.assertUnanswered();
    }
  },

  'S9 RTP Bleed: headers of RTP to every port bring nobody our audio': async (besieged) => {
    const { alice, bob, stage } = besieged;
    for (const gun of await guns(besieged)) {
      for (const payloadType of [0, 8, 9, 101, 111]) {
        await gun.spray(stage.server.ports.rtp, (i) => rtp({ payloadType, sequence: i, timestamp: 160 * i }), 20);
      }
      await hearEachOther(alice, bob);
      gun.assertUnanswered();
    }
  },

  'S9 RTP Bleed while a call is set up: the phone is heard and hears all the same': async (besieged) => {
    const { stage } = besieged;
    const caller = await stage.plainPhone('1003');
    const callee = await stage.plainPhone('1004');
    const sprayers = await guns(besieged);
    // Each packet from a stream of its own: nobody proves to be a phone.
    const spray = () =>
      Promise.all(sprayers.map((gun) => gun.spray(stage.server.ports.rtp, () => rtp({ ssrc: crypto.randomBytes(4).readUInt32BE() }), 10)));
    const calling = caller.client.authenticated(caller.invite('1004'));
    const invite = await callee.incoming();
    await spray();
    await callee.answer(invite);
    const { response, request } = await calling;
    await spray();
    caller.client.acknowledge(request, response);
    caller.media.speakTo(response.body);
    await hearEachOther(caller, callee);
    for (const gun of sprayers) gun.assertUnanswered();
    const bye = caller.client.request('BYE', response.contactUri ?? '', {
      to: request.start.split(' ')[1],
      callId: request.callId,
      fromTag: request.tag('From'),
      toTag: response.tag('To'),
      cseq: request.cseq + 1,
    });
    assert.equal((await caller.client.transact(bye)).status, 200);
  },

  'S10 RTP Inject: a voice under the header of the caller is not heard': async (besieged) => {
    const { alice, bob } = besieged;
    const port = mediaPort(besieged);
    for (const gun of await guns(besieged)) {
      await bob.ear.forget();
      for (let i = 0; i < 200; ++i) {
        const { sequence, timestamp, ssrc } = alice.media.stream;
        const next = rtp({ sequence: sequence + (i % 4), timestamp: timestamp + 160 * (i % 4), ssrc, payload: foreignVoice(i) });
        gun.shoot(port, next);
        gun.shoot(port, rtp({ sequence: i, timestamp: 160 * i, payload: foreignVoice(i) }));
        if (i % 10 === 9) await bob.ear.hears(alice.hz, { seconds: 0.04 * (i / 10 + 1) });
      }
      await bob.ear.assertNever(1490);
      gun.assertUnanswered();
    }
  },

  'S11 RTCP Bleed: RTCP of four bytes, and of none of the sender': async (besieged) => {
    const port = mediaPort(besieged);
    const reports = ['80c80000', '81c90000', '80cb0000', '81ca0000', '80cd0000', '80cf0000', 'bfc8ffff', '80', '80c8', '80c800', '9fcbffff00000001'];
    for (const gun of await guns(besieged)) {
      for (const target of [port, port + 1]) {
        for (const report of reports) gun.shoot(target, Buffer.from(report, 'hex'));
        // A goodbye of somebody who is not in the call, and one of him who is (RFC 3550 section 6.6).
        const goodbye = Buffer.from('81cb000100000000', 'hex');
        gun.shoot(target, goodbye);
        goodbye.writeUInt32BE(besieged.alice.media.stream.ssrc, 4);
        gun.shoot(target, goodbye);
      }
    }
  },

  'S12 RTCP that claims to be longer than it is': async (besieged) => {
    const port = mediaPort(besieged);
    for (const gun of await guns(besieged)) {
      for (const target of [port, port + 1]) {
        for (const [words, bytes] of [[0xffff, 12], [3, 12], [2, 12], [4, 16], [100, 16], [1, 8], [0, 4], [0xffff, 1400]]) {
          gun.shoot(target, nack(words, bytes));
        }
      }
    }
    for (const [words, bytes] of [[0xffff, 12], [100, 16], [1, 8]]) besieged.alice.media.sendRaw(nack(words, bytes));
  },

  'S29 STUN with attributes that end where nothing is': async (besieged) => {
    const { ports } = besieged.stage.server;
    const broken = [
      bindingRequest([attribute(kAttribute.username, 'a'.repeat(513))]),
      bindingRequest([attribute(kAttribute.username, `${'a'.repeat(600)}:${'b'.repeat(600)}`)], { password: 'x' }),
      bindingRequest([attribute(kAttribute.mapped, Buffer.alloc(1), 0xffff)]),
      bindingRequest([attribute(kAttribute.mapped, Buffer.from('0002', 'hex'))]),
      bindingRequest([attribute(kAttribute.mapped, Buffer.alloc(64))]),
      bindingRequest([attribute(kAttribute.username, 'a:b', 40)], { fingerprint: false }),
      bindingRequest([attribute(kAttribute.integrity, Buffer.alloc(3))], { fingerprint: false }),
      bindingRequest([attribute(kAttribute.fingerprint, Buffer.alloc(1))], { fingerprint: false }),
      bindingRequest([], { length: 0xfffc, fingerprint: false }),
      bindingRequest(Array.from({ length: 300 }, () => attribute(0x7fff))),
      bindingRequest([attribute(kAttribute.error, Buffer.from([0, 0, 9, 200]))], { type: 0x0111 }),
      Buffer.from('000100002112a442', 'hex'),
    ];
    for (const gun of await guns(besieged)) {
      for (const datagram of broken) {
        for (const port of [mediaPort(besieged), mediaPort(besieged) + 1, ports.webrtc, ports.sip]) gun.shoot(port, datagram);
        besieged.alice.media.sendRaw(datagram);
      }
    }
  },
};

siege('strangers at the media ports of a call in the clear', {
  ...attacks,

  'S30 packets of Opus that claim too much': async ({ stage }) => {
    const caller = await stage.plainPhone('1003');
    const callee = await stage.plainPhone('1004');
    const calling = caller.call('1004', { formats: ['111'], attributes: ['rtpmap:111 opus/48000/2', 'fmtp:111 useinbandfec=1'] });
    await callee.answer(await callee.incoming());
    const call = await calling;
    assert.match(call.response.body, /opus/);
    const { ssrc } = caller.media.stream;
    const payloads = [
      Buffer.alloc(0),
      Buffer.from([0xfb, 48, ...Array(48).fill(0)]), // 48 frames of 20 ms
      Buffer.from([0xe3, 48]), // 48 frames of 2.5 ms without any bytes
      Buffer.from([0xff, 0xff, 0xff]),
      Buffer.from([0x03]),
      Buffer.from([0x03, 0]), // no frame at all
      Buffer.from([0x1b, 0x43, 255, 255, 255, 255]), // padding without end
      Buffer.from([0x0a, 252, 255]),
      Buffer.from([0x79, ...crypto.randomBytes(1275)]), // two frames, more than one may have
      ...Array.from({ length: 256 }, (_, toc) => Buffer.from([toc, ...crypto.randomBytes(toc % 90)])),
    ];
    for (const [i, payload] of payloads.entries()) {
      caller.media.sendRaw(rtp({ payloadType: 111, sequence: i, timestamp: 960 * i, ssrc, payload }));
      caller.media.sendRaw(rtp({ payloadType: 0, sequence: i, timestamp: 960 * i, ssrc, payload }));
    }
    // The phone's own packets go on under a payload type that was not agreed: they are not heard, and harm nobody.
    assert.equal((await caller.client.options()).status, 200);
    await call.hangup();
  },
});

siege('strangers at the media ports of an encrypted call', attacks, { encryption: { suite: 'AEAD_AES_128_GCM' } });
