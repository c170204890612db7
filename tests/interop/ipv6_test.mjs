// IPv6 beside IPv4: signalling and audio.
// @ts-check
import assert from 'node:assert/strict';
import { connect, disconnect, hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';

const kAddress = '::1';

for (const transport of /** @type {const} */ (['udp', 'tcp'])) {
  scene(`phones on [::1] over ${transport} talk, and every address in their messages can be used`, async (stage) => {
    const alice = await stage.plainPhone('1001', { transport });
    const bob = await stage.plainPhone('1002', { transport });
    const ringing = bob.incoming();
    const calling = alice.call('1002');
    const invite = await ringing;
    assert.match(invite.header('Via') ?? '', /^SIP\/2\.0\/(UDP|TCP) \[::1\]:\d+;branch=/);
    assert.match(invite.header('From') ?? '', /<sip:1001@\[::1\]>/);
    assert.match(invite.contactUri ?? '', /^sip:[^@]+@\[::1\]:\d+/);
    assert.match(invite.body, /^c=IN IP6 ::1\r$/m);
    await bob.answer(invite);
    const call = await calling;
    assert.match(call.response.body, /^o=\S+ \d+ \d+ IN IP6 ::1\r$/m);
    await hearEachOther(alice, bob);
    assert.equal((await call.hangup()).status, 200);
    await bob.client.received.take('BYE', (message) => message.method === 'BYE');
    const waiting = await alice.client.received.take('NOTIFY', (message) => message.method === 'NOTIFY');
    assert.match(waiting.body, /^Message-Account: sip:1001@\[::1\]\r$/m);
  }, { address: kAddress });
}

for (const transport of /** @type {const} */ (['udp', 'tcp', 'tls', 'ws', 'wss'])) {
  scene(`a client on [::1] registers over ${transport}`, async (stage) => {
    const client = await stage.client(transport);
    assert.equal((await client.register()).status, 200);
  }, { address: kAddress });
}

scene('a server that listens on :: serves both families at once, and lets them talk to each other', async (stage) => {
  const six = await stage.plainPhone('1001', { address: kAddress });
  const four = await stage.phone('1002');
  const calling = six.call('1002');
  await four.incoming();
  await four.accept();
  const call = await calling;
  assert.match(call.response.body, /^c=IN IP6 ::1\r$/m);
  await hearEachOther(six, four);
  assert.equal((await call.hangup()).status, 200);
  await four.closed();
}, { settings: { sip: { listen_address: '::' }, web: { listen_address: '::' } } });

scene('phones on IPv4 notice nothing of a server that listens on ::', async (stage) => {
  const alice = await stage.phone('1001', { transport: 'tls' });
  const bob = await stage.phone('1002');
  await connect(alice, bob);
  await hearEachOther(alice, bob);
  await disconnect(alice, bob);
}, { settings: { sip: { listen_address: '::' }, web: { listen_address: '::' } } });
