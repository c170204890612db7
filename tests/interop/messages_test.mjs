// Messages between extensions (RFC 3428): over every transport, kept for phones that are away, and with a real phone.
// @ts-check
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';

const kWords = 'Grüße, 你好 👋\r\n\t"quoted" \\ 100%';

/**
 * Registered, and takes what comes.
 * @param {import('../peers/stage.mjs').Stage} stage @param {import('../peers/stage.mjs').Transport} transport @param {string} user
 */
async function reader(stage, transport, user) {
  const client = await stage.client(transport, { user });
  client.answers.add('MESSAGE');
  await client.register();
  return client;
}

for (const transport of /** @type {const} */ (['udp', 'tcp', 'tls', 'ws'])) {
  scene(`a message over ${transport} comes through byte for byte`, async (stage) => {
    const alice = await stage.client(transport, { user: '1001' });
    const bob = await reader(stage, transport, '1002');
    const response = await alice.write('1002', kWords, { Subject: 'Lunch', 'X-Secret': 'stays here' });
    assert.equal(response.status, 200);
    assert.equal(response.body, '');
    const got = await bob.message();
    assert.equal(got.body, kWords);
    assert.equal(got.header('Content-Type'), 'text/plain;charset=utf-8');
    assert.equal(got.header('Subject'), 'Lunch');
    assert.match(got.header('From') ?? '', /<sip:1001@127\.0\.0\.1>;tag=/);
    assert.match(got.header('To') ?? '', /^<sip:1002@127\.0\.0\.1>$/);
    assert.match(got.header('Date') ?? '', /GMT$/);
    assert.equal(got.header('X-Secret') ?? got.header('Contact') ?? got.header('Proxy-Authorization'), undefined);
  });
}

scene('all phones of an extension get it', async (stage) => {
  const alice = await stage.client('tcp', { user: '1001' });
  const phones = [await reader(stage, 'udp', '1002'), await reader(stage, 'ws', '1002'), await reader(stage, 'tcp', '1002')];
  assert.equal((await alice.write('1002', 'to all')).status, 200);
  for (const phone of phones) assert.equal((await phone.message()).body, 'to all');
});

scene('messages for a phone that is away outlive a restart and a crash, and come once, in their order', async (stage) => {
  const { server } = stage;
  const first = await stage.client('udp', { user: '1001' });
  assert.equal((await first.write('1002', 'one')).status, 202);
  assert.equal((await first.write('1002', kWords, { Date: 'Sat, 13 Nov 2010 23:29:00 GMT' })).status, 202);
  await server.restart();
  const second = await stage.client('tcp', { user: '1003' });
  assert.equal((await second.write('1002', 'three')).status, 202);
  process.kill(server.pid ?? 0, 'SIGKILL');
  await until('the server is dead', () => server.exited);
  await server.start();
  const bob = await reader(stage, 'udp', '1002');
  const got = [await bob.message(), await bob.message(), await bob.message()];
  assert.deepEqual(got.map((message) => message.body), ['one', kWords, 'three']);
  assert.equal(got[1].header('Date'), 'Sat, 13 Nov 2010 23:29:00 GMT');
  assert.deepEqual(got.map((message) => message.header('From')?.match(/sip:(\d+)/)?.[1]), ['1001', '1001', '1003']);
  const other = await reader(stage, 'tcp', '1002');
  assert.equal((await first.write('1002', 'four')).status, 200);
  assert.equal((await other.message()).body, 'four', 'nothing came before it');
});

scene('what a phone refuses comes again when it registers again', async (stage) => {
  const alice = await stage.client('udp', { user: '1001' });
  const bob = await stage.client('tcp', { user: '1002' });
  await bob.register();
  const sending = alice.write('1002', 'not now');
  bob.respond(await bob.message(), 480, 'Temporarily Unavailable');
  assert.equal((await sending).status, 202);
  await bob.register();
  const again = await bob.message();
  assert.equal(again.body, 'not now');
  bob.respond(again, 200, 'OK');
});

// ATTACKS S1.
scene('nobody writes without a password, or in the name of another', async (stage) => {
  const bob = await reader(stage, 'udp', '1002');
  const mallory = await stage.client('udp', { user: '1001' });
  for (const user of ['1002', '4711']) {
    const uri = `sip:${user}@${mallory.identity.domain}`;
    const headers = { 'Content-Type': 'text/plain' };
    const spoofed = mallory.request('MESSAGE', uri, { headers, body: 'leave the building' });
    spoofed.set('From', '"911" <sip:911@127.0.0.1>;tag=1');
    assert.equal((await mallory.transact(spoofed)).status, 401);
  }
  const spoofed = mallory.request('MESSAGE', `sip:1002@${mallory.identity.domain}`, { headers: { 'Content-Type': 'text/plain' }, body: 'leave' });
  spoofed.set('From', '"911" <sip:911@127.0.0.1>;tag=1');
  assert.equal((await mallory.authenticated(spoofed)).response.status, 403);
  assert.equal((await mallory.write('1002', 'my own name')).status, 200);
  assert.equal((await bob.message()).body, 'my own name', 'nothing came before it');
});

scene('unknown extensions, texts that are too long, and content of no kind are refused', async (stage) => {
  const alice = await stage.client('tcp', { user: '1001' });
  assert.equal((await alice.write('4711', 'anybody?')).status, 404);
  assert.equal((await alice.write('1002', 'x'.repeat(32769))).status, 413);
  const untyped = alice.request('MESSAGE', `sip:1002@${alice.identity.domain}`, { body: 'what am I?' });
  assert.equal((await alice.authenticated(untyped)).response.status, 400);
});

scene(
  'a mailbox takes as many as the settings say, and none of an account that was removed',
  async (stage) => {
    const alice = await stage.client('udp', { user: '1001' });
    for (const text of ['one', 'two', 'three']) assert.equal((await alice.write('1002', text)).status, 202);
    assert.equal((await alice.write('1002', 'four')).status, 480);
    await stage.server.command('account', 'remove', '1002');
    await until('it is gone', async () => (await alice.write('1002', 'five')).status === 404);
    await stage.server.stop();
    const database = fs.readFileSync(path.join(stage.server.dataDirectory, 'messages.db'), 'latin1');
    assert.doesNotMatch(database, /one|two|three/);
  },
  { settings: { messages: { max_kept: 3 } } },
);

scene('baresip writes to baresip, also while that is away', async (stage) => {
  const alice = await stage.phone('1001', { writesTo: '1002' });
  const bob = await stage.phone('1002', { writesTo: '1001' });
  await alice.write('are you there?');
  await bob.shows('are you there?');
  await bob.write('yes, over TCP soon');
  await alice.shows('yes, over TCP soon');
  await bob.stop();
  const away = await stage.client('udp', { user: '1002' });
  await away.register({ contact: '*' });
  await alice.write('call me back');
  const log = path.join(stage.server.dataDirectory, 'messages.db-wal');
  await until('it is kept', () => fs.readFileSync(log, 'latin1').includes('call me back'));
  const back = await stage.phone('1002', { transport: 'tcp', writesTo: '1001' });
  await back.shows('call me back');
});
