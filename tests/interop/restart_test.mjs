// What is left of the registrations when the server starts again.
// @ts-check
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { connect, disconnect, hearEachOther } from '../peers/situations.mjs';
import { kAccounts, scene } from '../peers/stage.mjs';
import { kPatience, until } from '../peers/until.mjs';

scene('a phone on UDP is called after a restart of the server as if nothing had happened', async (stage) => {
  const alice = await stage.phone('1001');
  const bob = await stage.phone('1002');
  await stage.server.restart();
  await connect(alice, bob);
  await hearEachOther(alice, bob);
  await disconnect(alice, bob);
  assert.equal(bob.events.all.filter((event) => event.type === 'REGISTERING').length, 1, 'it has not registered again');
});

scene('a crash takes no registration with it that was written down', async (stage) => {
  const { server } = stage;
  const desk = await stage.client('udp', { user: '1002' });
  await desk.register();
  const log = path.join(server.dataDirectory, 'registrations.db-wal');
  await until('the registration is written down', () => fs.readFileSync(log, 'latin1').includes(desk.contactUser));
  await server.kill();
  await server.start();
  const alice = await stage.phone('1001');
  await alice.dial('1002');
  desk.respond(await desk.incoming(), 486, 'Busy Here');
  await alice.closed(/486/);
});

scene('a phone on TCP that listens is connected to after a restart', async (stage) => {
  const listener = net.createServer();
  await new Promise((resolve) => listener.listen(0, '127.0.0.1', () => resolve(undefined)));
  stage.keep({ stop: async () => void listener.close() });
  const { port } = /** @type {import('node:net').AddressInfo} */ (listener.address());
  const desk = await stage.client('tcp', { user: '1002' });
  await desk.register({ contact: `<sip:desk@127.0.0.1:${port};transport=tcp>;expires=600` });
  await stage.server.restart();
  let heard = '';
  listener.on('connection', (socket) => {
    socket.on('data', (bytes) => {
      heard += bytes.toString();
    });
    stage.keep({ stop: async () => void socket.destroy() });
  });
  const alice = await stage.phone('1001');
  await alice.dial('1002');
  await until('the INVITE comes over a new connection', () => heard.startsWith('INVITE sip:desk@127.0.0.1'));
  await alice.hangup();
});

scene('registrations of an account that lost its password while the server was down are not taken over', async (stage) => {
  const desk = await stage.client('udp', { user: '1002' });
  await desk.register();
  await stage.server.stop();
  await stage.server.command('account', 'password', '1002', '--password', 'Quite-new-7');
  await stage.server.start();
  const alice = await stage.client('udp', { user: '1001' });
  assert.equal((await alice.call(`sip:1002@${alice.identity.domain}`)).status, 480);
});

const kCrowd = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [String(2001 + i), `Crowd-${i}-pass`]));
// Fewer where a sanitizer makes the server slow.
const kPhonesEach = kPatience > 1 ? 2 : 20;

scene(
  'a crowd of phones is still registered after a restart',
  async (stage) => {
    const users = Object.entries(kCrowd);
    const calls = kPhonesEach * users.length;
    await (await stage.sipp('sign_in', { calls, rate: 400 / kPatience, users })).succeeds();
    await stage.server.restart();
    assert.match(stage.server.log, new RegExp(`${calls} of ${calls} registrations outlived the restart`));
    for (const [user] of users.filter((_, i) => i % 10 === 0)) {
      assert.equal((await (await stage.client('udp', { user })).bindings()).length, kPhonesEach, user);
    }
  },
  { accounts: { ...kAccounts, ...kCrowd }, settings: { registrar: { max_bindings: kPhonesEach } }, timeout: 120_000 },
);
