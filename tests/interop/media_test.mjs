// RTP as a plain phone sees it.
// @ts-check
import assert from 'node:assert/strict';
import { kCodecs } from '../peers/baresip.mjs';
import { RtpPeer } from '../peers/rtp_peer.mjs';
import { hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';

for (const codec of [kCodecs.pcmu, kCodecs.opus]) {
  scene(`a stream has one source, no gap in its numbers, and a clock of 160 a packet; the other side has ${codec}`, async (stage) => {
    const alice = await stage.plainPhone('1001');
    await stage.phone('1002', { answer: 'auto', codecs: [codec] });
    const call = await alice.call('1002');
    await until('a hundred packets', () => alice.media.packets.length > 100);
    await call.hangup();
    const packets = alice.media.packets.filter((packet) => packet.payloadType === 0);
    assert.equal(new Set(packets.map((packet) => packet.ssrc)).size, 1);
    assert.equal(new Set(packets.map((packet) => packet.from)).size, 1, 'sent from the port that was announced');
    const ordered = packets.toSorted((a, b) => a.timestamp - b.timestamp);
    for (let i = 1; i < ordered.length; ++i) {
      const [before, after] = [ordered[i - 1], ordered[i]];
      assert.equal((after.sequence - before.sequence) & 0xffff, 1);
      assert.equal((after.timestamp - before.timestamp) >>> 0, 160);
    }
  });
}

scene('reports come, with a sender report first', async (stage) => {
  const alice = await stage.plainPhone('1001');
  await stage.phone('1002', { answer: 'auto' });
  const call = await alice.call('1002');
  await until('a sender report', () => alice.media.reports.includes(200), { within: 10_000 });
  await call.hangup();
});

scene('a phone behind an address translator is heard and hears, whatever address it has announced', async (stage) => {
  const alice = await stage.plainPhone('1001');
  const bob = await stage.phone('1002', { answer: 'auto' });
  // 192.0.2.1 reaches nobody (RFC 5737); the phone's packets come from where it really is.
  const call = await alice.call('1002', { address: '192.0.2.1' });
  await hearEachOther(alice, bob);
  await call.hangup();
});

scene('a stranger who sends to the media port is neither heard nor answered', async (stage) => {
  const alice = await stage.plainPhone('1001');
  const bob = await stage.phone('1002', { answer: 'auto' });
  const call = await alice.call('1002');
  await hearEachOther(alice, bob);
  const stranger = stage.keep(await RtpPeer.open({ hz: 1490, name: 'a stranger' }));
  await bob.ear.forget();
  stranger.speakTo(call.response.body);
  await hearEachOther(alice, bob);
  await bob.ear.assertNever(stranger.hz);
  assert.equal(stranger.packets.length, 0);
  await call.hangup();
});

scene('a caller hears ringback before the answer', async (stage) => {
  const alice = await stage.plainPhone('1001');
  const bob = await stage.phone('1002');
  const { client, media } = alice;
  const first = alice.invite('1002');
  const challenged = await client.transact(first);
  client.acknowledge(first, challenged);
  const invite = client.withCredentials(first, challenged);
  client.send(invite);
  await bob.incoming();
  const progress = await client.response(invite, (status) => status === 180 || status === 183);
  if (progress.body !== '') {
    media.speakTo(progress.body);
    await media.ear.hearsOtherThan([bob.hz, alice.hz]);
  }
  await bob.accept();
  const ok = await client.response(invite);
  assert.equal(ok.status, 200);
  if (progress.body !== '') assert.equal(ok.body, progress.body);
  await bob.hangup();
});

for (const ptime of [10, 30, 60]) {
  scene(`a phone that asks for packets of ${ptime} ms gets them, of music and of what is translated for it`, async (stage) => {
    const alice = await stage.plainPhone('1001');
    const bob = await stage.phone('1002', { answer: 'auto', codecs: [kCodecs.opus] });
    const attributes = ['rtpmap:0 PCMU/8000', `ptime:${ptime}`];
    const music = await alice.call('9664', { formats: ['0'], attributes });
    assert.match(music.response.body, new RegExp(`^a=ptime:${ptime}\\r?$`, 'm'));
    await until('half a second of music', () => alice.media.packets.length > 500 / ptime);
    await music.hangup();
    const call = await alice.call('1002', { formats: ['0'], attributes });
    await hearEachOther(alice, bob);
    await call.hangup();
    assert.deepEqual([...new Set(alice.media.packets.map((packet) => packet.size))], [8 * ptime]);
  });
}
