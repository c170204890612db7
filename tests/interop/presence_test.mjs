// Who is there and who talks (RFC 3856), as others see it.
// @ts-check
import assert from 'node:assert/strict';
import { scene } from '../peers/stage.mjs';
import { connect, disconnect } from '../peers/situations.mjs';
import { Subscription } from '../peers/subscription.mjs';
import { until } from '../peers/until.mjs';

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
  { timeout: 100_000 },
);
