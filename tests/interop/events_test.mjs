// Who watches whom: SUBSCRIBE, NOTIFY and PUBLISH (RFC 6665, RFC 3903) over real sockets.
// @ts-check
import assert from 'node:assert/strict';
import { scene } from '../peers/stage.mjs';
import { connect, disconnect } from '../peers/situations.mjs';
import { Subscription } from '../peers/subscription.mjs';

/** @typedef {import('../peers/stage.mjs').Transport} Transport */

for (const transport of /** @type {Transport[]} */ (['udp', 'tcp', 'ws', 'wss'])) {
  scene(`a busy lamp over ${transport} follows a call`, async (stage) => {
    const lamp = await stage.client(transport, { user: '1003' });
    const alice = await stage.phone('1001');
    const bob = await stage.phone('1002');
    const subscription = await Subscription.open(lamp, '1002', 'dialog', { accept: 'application/dialog-info+xml' });
    assert.equal(subscription.status, 200);
    assert.equal(subscription.response.header('Expires'), '600');
    const first = await subscription.notify('nothing goes on', /<dialog-info [^>]*state="full"/);
    assert.match(first.header('Subscription-State') ?? '', /^active;expires=\d+$/);
    assert.equal(first.header('Content-Type'), 'application/dialog-info+xml');
    assert.equal(first.tag('From'), subscription.response.tag('To'));

    await connect(alice, bob);
    const talking = await subscription.notify('1002 talks', /<state>confirmed<\/state>/);
    assert.match(talking.body, /direction="recipient"/);
    assert.match(talking.body, /sip:1001@/);
    assert.match(talking.body, /version="[1-9]\d*"/);
    await disconnect(alice, bob);
    await subscription.notify('the call is over', /<state>terminated<\/state>/);

    assert.equal((await subscription.refresh(300)).status, 200);
    assert.equal((await subscription.refresh(0)).status, 200);
    assert.equal(await subscription.ended(), 'terminated;reason=timeout');
    assert.equal((await subscription.refresh(300)).status, 481);
  });
}

scene('registrations and messages are for oneself', async (stage) => {
  const alice = await stage.client('tcp', { user: '1001' });
  await alice.register();
  const registrations = await Subscription.open(alice, '1001', 'reg');
  const listed = await registrations.notify('one phone', /<registration [^>]*state="active"/);
  assert.ok(listed.body.includes(alice.contactUser));
  const messages = await Subscription.open(alice, '1001', 'message-summary');
  const none = await messages.notify('no message', /^Messages-Waiting: no\r\n/);
  assert.match(none.body, /Voice-Message: 0\/0 \(0\/0\)\r\n/);
  for (const event of ['reg', 'message-summary']) {
    assert.equal((await Subscription.open(alice, '1002', event)).status, 403);
  }
});

scene('nobody watches without a password, in a name that is not his, or what does not exist', async (stage) => {
  const alice = await stage.client('udp', { user: '1001' });
  for (const event of ['dialog', 'presence', 'message-summary', 'reg', 'talk', 'hold', 'conference', 'line-seize', 'refer']) {
    const subscribe = (/** @type {string} */ number) =>
      alice.request('SUBSCRIBE', `sip:${number}@${alice.identity.domain}`, {
        headers: { Contact: alice.contact, Event: event, Expires: '600' },
      });
    assert.equal((await alice.transact(subscribe('1002'))).status, 401, event);
    assert.equal((await alice.transact(subscribe('4711'))).status, 401, event);
  }
  const forged = alice.request('SUBSCRIBE', `sip:1002@${alice.identity.domain}`, {
    headers: { Contact: alice.contact, Event: 'dialog', Expires: '600' },
  });
  forged.set('From', `<sip:1003@${alice.identity.domain}>;tag=x`);
  assert.equal((await alice.authenticated(forged)).response.status, 403);
  assert.equal((await Subscription.open(alice, '4711', 'dialog')).status, 404);
  const unknown = await Subscription.open(alice, '1002', 'conference');
  assert.equal(unknown.status, 489);
  assert.match(unknown.response.header('Allow-Events') ?? '', /\bdialog\b.*\breg\b/);
  assert.equal((await Subscription.open(alice, '1002', 'dialog', { accept: 'application/sdp' })).status, 406);
  const short = await Subscription.open(alice, '1002', 'dialog', { expires: 5 });
  assert.equal(short.status, 423);
  assert.equal(short.response.header('Min-Expires'), '60');
});

scene('a subscriber that knows nothing of it is told no more', async (stage) => {
  const alice = await stage.client('udp', { user: '1001' });
  const bob = await stage.client('udp', { user: '1002' });
  alice.answers.delete('NOTIFY');
  const subscription = await Subscription.open(alice, '1002', 'presence');
  const first = await subscription.notify('closed', /<basic>closed<\/basic>/);
  alice.respond(first, 481, 'Subscription Does Not Exist');
  alice.answers.add('NOTIFY');
  await bob.register();
  await alice.options();
  assert.equal((await subscription.refresh(600)).status, 481);
});

scene('all subscriptions end with the server', async (stage) => {
  const alice = await stage.client('ws', { user: '1001' });
  const subscription = await Subscription.open(alice, '1002', 'presence');
  await subscription.notify('closed');
  const stopped = stage.server.stop();
  assert.match(await subscription.ended(), /^terminated;reason=probation/);
  await stopped;
});
