// Who watches whom: SUBSCRIBE, NOTIFY and PUBLISH (RFC 6665, RFC 3903) over real sockets.
// @ts-check
import assert from 'node:assert/strict';
import { scene } from '../peers/stage.mjs';
import { connect, disconnect } from '../peers/situations.mjs';
import { Subscription } from '../peers/subscription.mjs';
import { until } from '../peers/until.mjs';

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

scene('presence follows the registration, and what somebody says of the own', async (stage) => {
  const alice = await stage.client('ws', { user: '1001' });
  const bob = await stage.client('udp', { user: '1002' });
  const subscription = await Subscription.open(alice, '1002', 'presence', { accept: 'application/pidf+xml' });
  await subscription.notify('1002 is away', /<basic>closed<\/basic>/);
  await bob.register();
  await subscription.notify('1002 is there', /<basic>open<\/basic>/);

  const publish = async (/** @type {string} */ body, /** @type {Record<string, string>} */ headers = {}) => {
    const request = bob.request('PUBLISH', bob.aor, {
      headers: { Event: 'presence', Expires: '600', 'Content-Type': 'application/pidf+xml', ...headers },
      body,
    });
    return (await bob.authenticated(request)).response;
  };
  const lunch =
    '<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:1002@h"><tuple id="a"><status><basic>closed</basic></status>' +
    '<note>Lunch &lt;b&gt;</note></tuple></presence>';
  const published = await publish(lunch);
  assert.equal(published.status, 200);
  const tag = published.header('SIP-ETag') ?? '';
  assert.notEqual(tag, '');
  await subscription.notify('1002 has lunch', /<basic>closed<\/basic>[^]*<note>Lunch &lt;b&gt;<\/note>/);
  assert.equal((await publish('', { 'SIP-If-Match': 'another' })).status, 412);
  assert.equal((await publish('<presence>'.repeat(500))).status, 400);
  assert.equal((await publish('', { 'SIP-If-Match': tag, Expires: '0' })).status, 200);
  await subscription.notify('1002 is back', /<basic>open<\/basic>/);
});

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

scene(
  'baresip shows who is there and who talks, and that no message waits',
  async (stage) => {
    const carol = await stage.phone('1003', { modules: ['presence', 'mwi'], contacts: ['1001'] });
    const shown = async (/** @type {RegExp} */ state) => {
      await until(`1003 shows 1001 as ${state}`, async () => state.test(await carol.command('contacts')), { within: 45_000 });
    };
    await until('1003 is told of its messages', () => /Messages-Waiting: no/.test(carol.tail()), { within: 45_000 });
    await shown(/Offline/);
    const alice = await stage.phone('1001');
    await shown(/Online/);
    const bob = await stage.phone('1002');
    await connect(bob, alice);
    await shown(/Busy/);
    await disconnect(bob, alice);
    await shown(/Online/);
  },
  { timeout: 240_000 },
);
