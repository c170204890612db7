// How calls end, and how those end that never begin.
// @ts-check
import assert from 'node:assert/strict';
import { connect, disconnect, hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';

scene('the caller hangs up', async (stage) => {
  const [alice, bob] = [await stage.phone('1001'), await stage.phone('1002')];
  await connect(alice, bob);
  await hearEachOther(alice, bob);
  await disconnect(alice, bob);
});

scene('the called phone hangs up', async (stage) => {
  const [alice, bob] = [await stage.phone('1001'), await stage.phone('1002')];
  await connect(alice, bob);
  await hearEachOther(alice, bob);
  await disconnect(bob, alice);
});

scene('a second call follows the first', async (stage) => {
  const [alice, bob] = [await stage.phone('1001'), await stage.phone('1002')];
  await connect(alice, bob);
  await disconnect(alice, bob);
  await connect(bob, alice);
  await disconnect(alice, bob);
});

scene('a caller who gives up stops the ringing', async (stage) => {
  const [alice, bob] = [await stage.phone('1001'), await stage.phone('1002')];
  await alice.dial('1002');
  await bob.incoming();
  await alice.ringing();
  await alice.hangup();
  await bob.closed();
  await bob.idle();
  await alice.idle();
});

scene('a called phone that rejects makes the caller hear busy', async (stage) => {
  const [alice, bob] = [await stage.phone('1001'), await stage.phone('1002')];
  await alice.dial('1002');
  await bob.incoming();
  await alice.ringing();
  await bob.hangup();
  await alice.closed(/486/);
  await alice.idle();
});

scene('a phone in a call is busy for a third', async (stage) => {
  const [alice, bob, carol] = [await stage.phone('1001'), await stage.phone('1002', { calls: 1 }), await stage.phone('1003')];
  await connect(alice, bob);
  await carol.dial('1002');
  await carol.closed(/486/);
  await hearEachOther(alice, bob);
  await disconnect(alice, bob);
});

scene('a phone that nobody answers ends the call with 480', async (stage) => {
  const [alice, bob] = [await stage.phone('1001'), await stage.phone('1002')];
  await alice.dial('1002');
  await bob.incoming();
  await alice.closed(/480/);
  await bob.idle();
}, { settings: { calls: { ring_timeout: 1 } } });

scene('an extension without a phone is unavailable: 480', async (stage) => {
  const alice = await stage.phone('1001');
  await alice.dial('1002');
  await alice.closed(/480/);
});

scene('a number that nobody has is not found: 404', async (stage) => {
  const alice = await stage.phone('1001');
  await alice.dial('7777');
  await alice.closed(/404/);
});

scene('an offer without a usable codec is not acceptable: 488', async (stage) => {
  await stage.phone('1002', { answer: 'auto' });
  const alice = await stage.plainPhone('1001');
  const response = await alice.attempt('1002', { formats: ['96'], attributes: ['rtpmap:96 telepathy/8000'] });
  assert.equal(response.status, 488);
});

scene('an unauthenticated caller is challenged and rings nobody', async (stage) => {
  const bob = await stage.phone('1002');
  const stranger = await stage.plainPhone('1001', { register: false, password: 'guess' });
  const response = await stranger.attempt('1002');
  assert.ok([401, 403, 407].includes(response.status), response.start);
  assert.ok(!bob.events.some((event) => event.type === 'CALL_INCOMING'));
});

scene('a caller cannot call in the name of another extension', async (stage) => {
  const bob = await stage.phone('1002');
  const mallory = await stage.plainPhone('1003');
  const invite = mallory.invite('1002');
  invite.set('From', `"Alice" <sip:1001@127.0.0.1>;tag=mallory`);
  const { response, request } = await mallory.client.authenticated(invite);
  assert.ok(response.status >= 400, response.start);
  mallory.client.acknowledge(request, response);
  assert.ok(!bob.events.some((event) => event.type === 'CALL_INCOMING'));
});

scene('a phone that vanishes in a call does not keep the other', async (stage) => {
  const alice = await stage.plainPhone('1001', { transport: 'tcp' });
  const bob = await stage.phone('1002', { answer: 'auto' });
  await alice.call('1002');
  await hearEachOther(alice, bob);
  // A second phone of the extension can still be registered and called: nothing is stuck.
  await alice.stop();
  const carol = await stage.phone('1003');
  await bob.hangup();
  await bob.idle();
  await carol.dial('1002');
  await Promise.all([carol.established(), bob.established()]);
  await disconnect(carol, bob);
});
