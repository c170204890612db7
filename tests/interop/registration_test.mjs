// Registration, as phones and as strangers see it.
// @ts-check
import assert from 'node:assert/strict';
import { parameters } from '../peers/sip_message.mjs';
import { connect, disconnect } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';

scene('a phone with a wrong password does not get in', async (stage) => {
  const mallory = await stage.phone('1001', { password: 'wrong', refused: true });
  assert.ok(!mallory.events.some((event) => event.type === 'REGISTER_OK'));
});

for (const transport of /** @type {const} */ (['udp', 'tcp', 'tls', 'ws', 'wss'])) {
  scene(`over ${transport} a binding is added, shown, refreshed and removed`, async (stage) => {
    const client = await stage.client(transport);
    const added = await client.register({ expires: 600 });
    assert.equal(added.status, 200);
    assert.match(added.header('Contact') ?? '', new RegExp(`${client.contactUser}@.*expires=\\d+`));
    const refreshed = await client.register({ expires: 300 });
    assert.equal(refreshed.all('Contact').length, 1, 'a refresh is not a second binding');
    const removed = await client.register({ expires: 0 });
    assert.equal(removed.status, 200);
    assert.equal(removed.header('Contact'), undefined);
  });

  for (const algorithm of ['MD5', 'SHA-256']) {
    scene(`over ${transport} credentials with ${algorithm} are good if the server offers them`, async (stage) => {
      const client = await stage.client(transport);
      const request = client.request('REGISTER', `sip:${client.identity.domain}`, { to: client.aor, headers: { Contact: client.contact } });
      const challenged = await client.transact(request);
      assert.equal(challenged.status, 401);
      const offered = challenged.all('WWW-Authenticate').map((value) => parameters(value).algorithm);
      // SIP.js takes the last challenge and knows MD5 only; a phone that knows better takes the first that it likes (RFC 8760).
      assert.equal(offered.at(-1), 'MD5');
      if (!offered.includes(algorithm)) return;
      assert.equal((await client.transact(client.withCredentials(request, challenged, { algorithm }))).status, 200);
    });
  }
}

scene('a star removes all bindings of the extension', async (stage) => {
  const one = await stage.client('udp');
  const two = await stage.client('tcp');
  await one.register();
  const both = await two.register();
  assert.equal(both.all('Contact').length + (both.header('Contact')?.split(',<').length ?? 1) - 1, 2);
  const cleared = await one.register({ contact: '*' });
  assert.equal(cleared.status, 200);
  assert.equal(cleared.header('Contact'), undefined);
  const alice = await stage.phone('1002');
  await alice.dial('1001');
  await alice.closed(/480/);
});

scene('a closed WebSocket takes its binding along', async (stage) => {
  const browser = await stage.client('ws', { user: '1002' });
  assert.equal((await browser.register()).status, 200);
  await browser.stop();
  const alice = await stage.phone('1001');
  await alice.dial('1002');
  await alice.closed(/480/, 15_000);
});

scene('an unknown extension gets the same answers as a known one', async (stage) => {
  /** @param {string} user */
  const refusals = async (user) => {
    const client = await stage.client('udp', { user, password: 'guess' });
    const headers = { Contact: client.contact };
    const request = client.request('REGISTER', `sip:${client.identity.domain}`, { to: client.aor, headers });
    const challenged = await client.transact(request);
    const refused = await client.transact(client.withCredentials(request, challenged));
    return [challenged, refused].map((response) => shape(String(response), user));
  };
  assert.deepEqual(await refusals('8888'), await refusals('1001'));
  const known = await refusals('1001');
  assert.match(known[1], /^SIP\/2.0 401 /);
});

/** A response without what is random or the client's own. @param {string} text @param {string} user */
function shape(text, user) {
  return text
    .replaceAll(user, 'USER')
    .replace(/tag=[^;\s>]+/g, 'tag=T')
    .replace(/(nonce|opaque)="[^"]*"/g, (match, name) => `${name}="${match.length}"`)
    .replace(/branch=[^;\s]+/g, 'branch=B')
    .replace(/rport=\d+|127\.0\.0\.1:\d+/g, 'P')
    .replace(/Call-ID: \S+/i, 'Call-ID: C')
    .replace(/Date: .*/i, 'Date: D');
}

scene('a nonce cannot be used again with the same count for another request', async (stage) => {
  const client = await stage.client('udp');
  const request = client.request('REGISTER', `sip:${client.identity.domain}`, { to: client.aor, headers: { Contact: client.contact } });
  const good = client.withCredentials(request, await client.transact(request));
  assert.equal((await client.transact(good)).status, 200);
  const thief = await stage.client('udp');
  const replay = thief.request('REGISTER', `sip:${thief.identity.domain}`, { to: thief.aor, headers: { Contact: thief.contact } });
  replay.set('Authorization', good.header('Authorization') ?? '');
  assert.equal((await thief.transact(replay)).status, 401);
});

scene('a client that refreshes with its old credentials is let in or challenged anew', async (stage) => {
  const browser = await stage.client('ws', { user: '1002' });
  const request = browser.request('REGISTER', `sip:${browser.identity.domain}`, { to: browser.aor, headers: { Contact: browser.contact } });
  const good = browser.withCredentials(request, await browser.transact(request));
  assert.equal((await browser.transact(good)).status, 200);
  // SIP.js sends the same nonce, nonce count and cnonce again.
  const refresh = browser.request('REGISTER', `sip:${browser.identity.domain}`, {
    to: browser.aor,
    callId: good.callId,
    cseq: good.cseq + 1,
    headers: { Contact: browser.contact, Authorization: good.header('Authorization') ?? '' },
  });
  const answer = await browser.transact(refresh);
  if (answer.status === 401) {
    assert.equal((await browser.transact(browser.withCredentials(refresh, answer))).status, 200);
  } else {
    assert.equal(answer.status, 200);
  }
});

scene('accounts outlive a restart, and a phone that registers again with what it had is called', async (stage) => {
  const desk = await stage.client('udp', { user: '1002' });
  assert.equal((await desk.register({ callId: 'the-same-for-ever', cseq: 5 })).status, 200);
  await stage.server.restart();
  assert.equal((await desk.register({ callId: 'the-same-for-ever', cseq: 7 })).status, 200);
  const alice = await stage.phone('1001');
  await alice.dial('1002');
  const call = await desk.received.take('INVITE', (message) => message.method === 'INVITE' && message.isRequest);
  desk.respond(call, 486, 'Busy Here');
  await alice.closed(/486/);
});

scene('a removed account is out, and a new password counts at once', async (stage) => {
  const { server } = stage;
  const client = await stage.client('udp', { user: '1003' });
  assert.equal((await client.register()).status, 200);
  assert.equal((await server.command('account', 'password', '1003', '--password', 'Quite-new-7')).code, 0);
  assert.equal((await client.register()).status, 401);
  assert.equal((await client.register({ password: 'Quite-new-7' })).status, 200);
  assert.equal((await server.command('account', 'remove', '1003')).code, 0);
  assert.equal((await client.register({ password: 'Quite-new-7' })).status, 401);
});

scene('an account added while the server runs can call', async (stage) => {
  await stage.server.addAccount('1010', 'Just-arrived-1');
  const newcomer = await stage.phone('1010');
  const alice = await stage.phone('1001');
  await connect(newcomer, alice);
  await disconnect(alice, newcomer);
});
