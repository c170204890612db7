// Nobody gets in: cases of docs/security.md about who may do what, tried while a call is up.
// @ts-check
import assert from 'node:assert/strict';
import { siege } from '../peers/siege.mjs';
import { credentials, parameters, token } from '../peers/sip_message.mjs';
import { udpWire } from '../peers/wire.mjs';

/** @typedef {import('../peers/stage.mjs').Stage} Stage */
/** @typedef {import('../peers/sip_client.mjs').SipClient} SipClient */
/** @typedef {import('../peers/sip_message.mjs').SipMessage} SipMessage */

const kEvents = ['dialog', 'presence', 'message-summary', 'reg', 'refer', 'talk', 'hold', 'conference', 'line-seize', 'presence.winfo'];

/** A request that claims to come from somebody else. @param {SipMessage} request @param {string} from */
function claiming(request, from) {
  return request.set('From', `<${from}>;tag=${token()}`);
}

/** Somebody outside: a port that our server has no business to send anything to. @param {Stage} stage */
async function outsider(stage) {
  const wire = await udpWire(stage.server.ports.sip);
  let heard = 0;
  wire.onMessage = () => {
    heard += 1;
  };
  stage.keep({ stop: () => wire.close() });
  return { uri: `sip:0900123@${wire.host}`, assertLeftAlone: () => assert.equal(heard, 0, 'the outsider was called') };
}

/** What an answer says, without what differs between any two. @param {SipMessage} response */
function withoutChance(response) {
  return String(response)
    .replace(/(branch|tag|nonce|rport)="?[^";,\s]+/g, '$1')
    .replace(/^Call-ID: .*$/im, '')
    .replace(/(sip:)[^@\s>]*@/g, '$1@');
}

/** The called phone lets an INVITE in and says what it was. @param {SipClient} caller @param {import('../peers/plain_phone.mjs').PlainPhone} callee */
async function invitationOf(caller, callee, /** @type {Record<string, string>} */ headers = {}) {
  const uri = `sip:${callee.extension}@${caller.identity.domain}`;
  const body = callee.media.sdp();
  const invite = caller.request('INVITE', uri, { headers: { Contact: caller.contact, 'Content-Type': 'application/sdp', ...headers }, body });
  const answered = caller.authenticated(invite);
  const arrived = await callee.incoming();
  callee.client.respond(arrived, 486, 'Busy Here');
  await callee.client.received.take('the ACK', (message) => message.method === 'ACK' && message.callId === arrived.callId);
  const { request, response } = await answered;
  caller.acknowledge(request, response);
  return { arrived, response };
}

siege('nobody gets in', {
  'S1 MESSAGE without credentials, and in another name': async ({ stage, alice }) => {
    for (const transport of /** @type {const} */ (['udp', 'tcp', 'ws'])) {
      const stranger = await stage.client(transport, { user: '1003' });
      const message = () =>
        stranger.request('MESSAGE', alice.client.aor, { headers: { 'Content-Type': 'text/plain' }, body: 'This is 911.' });
      assert.ok((await stranger.transact(claiming(message(), 'sip:911@localhost'))).status >= 400);
      assert.ok((await stranger.authenticated(claiming(message(), 'sip:911@localhost'))).response.status >= 400);
      assert.ok((await stranger.authenticated(claiming(message(), alice.client.aor))).response.status >= 400);
      const headers = { Contact: stranger.contact, 'Content-Type': 'application/sdp' };
      const invite = stranger.request('INVITE', alice.client.aor, { headers, body: alice.media.sdp() });
      const { response, request } = await stranger.authenticated(claiming(invite, alice.client.aor));
      stranger.acknowledge(request, response);
      assert.equal(response.status, 403);
    }
    assert.ok(!alice.client.received.some((message) => ['MESSAGE', 'INVITE'].includes(message.method) && message.isRequest));
  },

  'S1 an identity that a caller asserts of himself is not passed on': async ({ stage }) => {
    const mallory = await stage.client('udp', { user: '1003' });
    const victim = await stage.plainPhone('1004');
    const { arrived } = await invitationOf(mallory, victim, {
      'P-Asserted-Identity': '"Police" <sip:911@localhost>',
      'Remote-Party-ID': '"Police" <sip:911@localhost>;party=calling;screen=yes',
      Diversion: '<sip:911@localhost>',
    });
    assert.doesNotMatch(String(arrived), /sip:911|Police/);
    assert.match(arrived.header('From') ?? '', /1003/);
  },

  'S2 SUBSCRIBE without credentials, to every event': async ({ stage, alice }) => {
    const stranger = await stage.client('udp', { user: '1003', password: 'none' });
    for (const event of kEvents) {
      const headers = { Contact: stranger.contact, Event: event, Expires: '3600' };
      const response = await stranger.transact(stranger.request('SUBSCRIBE', alice.client.aor, { headers }));
      assert.ok([401, 403, 405, 407, 489].includes(response.status), `${event}: ${response.start}`);
    }
    assert.equal((await stranger.options()).status, 200);
    assert.ok(!stranger.received.some((message) => message.method === 'NOTIFY' && message.isRequest));
  },

  'S4 a challenge to our INVITE or BYE is not answered': async ({ stage }) => {
    const caller = await stage.plainPhone('1003');
    const thief = await stage.plainPhone('1004');
    const challenge = { 'Proxy-Authenticate': `Digest realm="webcalling", nonce="${token()}", algorithm=MD5, qop="auth"` };
    const attempt = caller.attempt('1004');
    thief.client.respond(await thief.incoming(), 407, 'Proxy Authentication Required', { headers: challenge });
    assert.ok((await attempt).status >= 400);

    thief.client.answers.delete('BYE');
    const calling = caller.call('1004');
    await thief.answer(await thief.incoming());
    await (await calling).hangup();
    const bye = await thief.client.received.take('BYE', (message) => message.method === 'BYE' && message.isRequest);
    thief.client.respond(bye, 407, 'Proxy Authentication Required', { headers: challenge });
    assert.equal((await thief.client.options()).status, 200);
    for (const message of thief.client.received.all.filter((each) => each.isRequest)) {
      assert.doesNotMatch(String(message), /authorization/i, 'credentials were sent to a phone');
    }
  },

  'S21 credentials with open quotes and odd parameters': async ({ stage }) => {
    const odd = [
      'Digest username="1001',
      'Digest username="1001, realm="webcalling", nonce="a"',
      'Digest username="1001"", realm="""',
      'Digest =,=,=',
      'Digest username=,realm=,nonce=,uri=,response=',
      `Digest username="${'\\'.repeat(301)}"`,
      `Digest ${'a="b",'.repeat(2000)}`,
      'Digest username*=UTF-8\'\'%00, realm="webcalling"',
      'Digest username="1001", realm="webcalling", nonce="x", uri="sip:x", response="y", qop=auth, nc=1, cnonce="',
      'Digest',
      '"',
      'Basic MTAwMTpHdDctb25lLWhvcnNl',
    ];
    for (const transport of /** @type {const} */ (['udp', 'tcp', 'ws'])) {
      for (const value of odd) {
        const stranger = await stage.client(transport, { user: '1003' });
        const headers = { Contact: stranger.contact, Authorization: value };
        const request = stranger.request('REGISTER', `sip:${stranger.identity.domain}`, { to: stranger.aor, headers });
        const { status } = await stranger.transact(request);
        assert.ok([400, 401, 513].includes(status), `${value.slice(0, 60)}: ${status}`);
        await stranger.stop();
      }
    }
  },

  'S25 nothing is written before the password is right': async ({ stage, alice }) => {
    const thief = await stage.client('udp', { user: '1001', password: 'a guess' });
    const before = await alice.client.bindings();
    assert.equal((await thief.register()).status, 401);
    assert.equal((await thief.register({ contact: '*' })).status, 401);
    assert.equal((await thief.register({ expires: 0, contact: `${alice.client.contact};expires=0` })).status, 401);
    const other = await stage.client('udp', { user: '1003' });
    const request = other.request('REGISTER', `sip:${other.identity.domain}`, { to: alice.client.aor, headers: { Contact: other.contact } });
    assert.equal((await other.authenticated(request)).response.status, 403);
    const left = (/** @type {string[]} */ contacts) => contacts.map((contact) => contact.replace(/expires=\d+/, ''));
    assert.deepEqual(left(await alice.client.bindings()), left(before));
  },

  'S25 a stranger cannot speak in a dialog that he has not': async ({ stage, call }) => {
    const stranger = await stage.client('udp', { user: '1003' });
    for (const method of ['BYE', 'INVITE', 'REFER', 'UPDATE', 'INFO']) {
      const known = call.response.callId;
      for (const tags of [{}, { toTag: token() }, { toTag: call.response.tag('To'), fromTag: token() }]) {
        const headers = { Contact: stranger.contact, 'Refer-To': '<sip:1003@localhost>' };
        const request = stranger.request(method, `sip:1002@${stranger.identity.domain}`, { callId: known, cseq: 9000, headers, ...tags });
        const response = await stranger.transact(request);
        if (method === 'INVITE') stranger.acknowledge(request, response);
        assert.ok(response.status >= 400, `${method}: ${response.start}`);
      }
    }
  },

  'S26 a Refer-To with headers, commas and line ends inside': async ({ stage }) => {
    const referrer = await stage.plainPhone('1003');
    const partner = await stage.plainPhone('1004');
    const target = await stage.plainPhone('1005');
    const { domain } = target.client.identity;
    const targets = [
      `<sip:1005@${domain}?X-Evil=1&P-Asserted-Identity=%3Csip:911@localhost%3E>`,
      `<sip:1005@${domain}?Subject=a%0d%0aX-Evil:%201>`,
      `<sip:1005,X-Evil=1@${domain}>`,
      `<sip:1005%0d%0aX-Evil@${domain}>`,
      `<sip:1005@${domain}>,<sip:9196@${domain};X-Evil=1>`,
      '<sip:>',
      'X-Evil',
      `<sip:1005@${domain}?Replaces=x%0d%0aX-Evil:%201>`,
    ];
    for (const [i, referTo] of targets.entries()) {
      const calling = referrer.call('1004');
      await partner.answer(await partner.incoming());
      const call = await calling;
      const headers = { Contact: referrer.client.contact, 'Refer-To': referTo };
      const response = await referrer.client.transact(call.request('REFER', { headers }));
      assert.ok(response.status === 202 || response.status >= 400, `${referTo}: ${response.start}`);
      if (response.status === 202 && i < 2) {
        const arrived = await target.incoming();
        assert.doesNotMatch(String(arrived), /x-evil|sip:911/i);
        target.client.respond(arrived, 486, 'Busy Here');
      }
      await referrer.client.transact(call.request('BYE'));
      await partner.client.received.take('BYE', (message) => message.method === 'BYE' && message.isRequest);
    }
    for (const phone of [partner, target]) {
      for (const message of phone.client.received.all) assert.doesNotMatch(String(message), /x-evil/i);
    }
  },

  'S33 who is unknown gets the same answer as who is known': async ({ stage }) => {
    const scanner = await stage.client('udp', { user: '1001', password: 'a guess' });
    const { domain } = scanner.identity;
    const bodies = { Contact: scanner.contact, 'Content-Type': 'application/sdp' };
    const probes = ['REGISTER', 'INVITE', 'OPTIONS', 'MESSAGE', 'SUBSCRIBE', 'PUBLISH', 'INFO', 'BYE', 'NONSENSE'];
    for (const method of probes) {
      /** @param {string} user @param {boolean} guess */
      const answerFor = async (user, guess) => {
        const to = `sip:${user}@${domain}`;
        const uri = method === 'REGISTER' ? `sip:${domain}` : to;
        const body = method === 'INVITE' ? 'v=0\r\n' : '';
        let request = claiming(scanner.request(method, uri, { to, headers: { ...bodies, Event: 'dialog' }, body }), to);
        let response = await scanner.transact(request);
        if (method === 'INVITE') scanner.acknowledge(request, response);
        if (guess && (response.status === 401 || response.status === 407)) {
          request = scanner.withCredentials(request, response, { username: user });
          response = await scanner.transact(request);
          if (method === 'INVITE') scanner.acknowledge(request, response);
        }
        return withoutChance(response);
      };
      for (const guess of [false, true]) {
        assert.equal(await answerFor('4711', guess), await answerFor('1001', guess), method);
      }
    }
  },

  'S34 hundreds of guesses do not find a password, and the right one still opens': async ({ stage }) => {
    const guesser = await stage.client('udp', { user: '1003' });
    for (let i = 0; i < 20; ++i) assert.equal((await guesser.register({ password: `guess ${i}` })).status, 401);
    for (let i = 0; i < 20; ++i) {
      // Nine at once, to the same challenge.
      const request = guesser.request('REGISTER', `sip:${guesser.identity.domain}`, { to: guesser.aor, headers: { Contact: guesser.contact } });
      const challenged = await guesser.transact(request);
      const guesses = Array.from({ length: 9 }, (_, j) => guesser.withCredentials(request, challenged, { password: `guess ${i} ${j}` }));
      for (const guess of guesses) guess.set('Call-ID', token(20));
      for (const response of await Promise.all(guesses.map((guess) => guesser.transact(guess)))) assert.equal(response.status, 401);
    }
    assert.equal((await guesser.register()).status, 200);
  },

  'S34 credentials serve once': async ({ stage }) => {
    const { ports } = stage.server;
    const owner = await stage.client('udp', { user: '1003' });
    const thief = stage.keep(await stage.client('udp', { user: '1003', password: 'none' }));
    const request = owner.request('REGISTER', `sip:${owner.identity.domain}`, { to: owner.aor, headers: { Contact: owner.contact } });
    const challenged = await owner.transact(request);
    const good = owner.withCredentials(request, challenged);
    assert.equal((await owner.transact(good)).status, 200);
    const header = good.header('Authorization') ?? '';

    /** @param {SipClient} client @param {string} method @param {string} authorization @param {string} [uri] */
    const tryWith = async (client, method, authorization, uri = `sip:${client.identity.domain}`) => {
      const headers = { Contact: client.contact, Authorization: authorization };
      const attempt = client.request(method, uri, { to: client.aor, headers, cseq: 77 });
      const response = await client.transact(attempt);
      if (method === 'INVITE') client.acknowledge(attempt, response);
      return response;
    };
    const replayed = await tryWith(owner, 'REGISTER', header);
    assert.equal(replayed.status, 401);
    assert.match(replayed.header('WWW-Authenticate') ?? '', /stale=true/);
    assert.equal((await tryWith(thief, 'REGISTER', header)).status, 401, 'from another address');
    assert.equal((await tryWith(thief, 'INVITE', header)).status, 407, 'for another method');
    assert.ok((await tryWith(thief, 'INVITE', header, `sip:9196@127.0.0.1:${ports.sip}`)).status >= 400, 'for another target');

    const challenge = challenged.all('WWW-Authenticate').at(-1) ?? '';
    const { identity } = owner;
    const target = { method: 'REGISTER', uri: `sip:${identity.domain}`, username: identity.user, password: identity.password };
    const counted = (/** @type {number} */ count) => tryWith(owner, 'REGISTER', credentials(challenge, { ...target, count }));
    assert.equal((await counted(5)).status, 200);
    for (const used of [1, 5]) assert.equal((await counted(used)).status, 401, `nc=${used} after 5`);

    const { nonce } = parameters(challenge);
    for (const made of ['', 'x', nonce.slice(0, -1), `${nonce}0`, nonce.replace(/^./, (c) => (c === '0' ? '1' : '0'))]) {
      const forged = credentials(challenge.replace(nonce, made), target);
      const { status } = await tryWith(owner, 'REGISTER', forged);
      assert.ok(status === 401 || status === 400, `a nonce of our own making: ${status}`);
    }
    for (const [what, spoilt] of Object.entries({
      'no qop': credentials(challenge, { ...target, count: 9 }).replace(/, qop=auth/, ''),
      'another qop': credentials(challenge, { ...target, count: 9 }).replace('qop=auth', 'qop=auth-int'),
      'another algorithm': credentials(challenge, { ...target, count: 9 }).replace(/algorithm=[\w-]+/, 'algorithm=SHA-512-256'),
      'no algorithm that is known': credentials(challenge, { ...target, count: 9 }).replace(/algorithm=[\w-]+/, 'algorithm=none'),
      'an empty response': credentials(challenge, { ...target, count: 9 }).replace(/response="[^"]*"/, 'response=""'),
      'a prefix of the response': credentials(challenge, { ...target, count: 9 }).replace(/response="([^"]{8})[^"]*"/, 'response="$1"'),
    })) {
      const { status } = await tryWith(owner, 'REGISTER', spoilt);
      assert.ok(status === 401 || status === 400, `${what}: ${status}`);
    }
  },

  'S35 nobody outside is called, by number, by redirection or by transfer': async ({ stage }) => {
    const outside = await outsider(stage);
    const stranger = await stage.client('udp', { user: '0900123', password: 'none' });
    const caller = await stage.plainPhone('1003');
    const mover = await stage.plainPhone('1004');
    const { domain } = stranger.identity;
    const headers = { Contact: stranger.contact, 'Content-Type': 'application/sdp' };
    for (const target of [outside.uri, `sip:0900123@${domain}`, `sip:00900123@${domain};user=phone`, `tel:+49900123`]) {
      const invite = stranger.request('INVITE', target, { headers, body: caller.media.sdp() });
      const response = await stranger.transact(invite);
      stranger.acknowledge(invite, response);
      assert.ok(response.status >= 400, `a stranger calls ${target}: ${response.start}`);
      const known = caller.client.request('INVITE', target, { headers: { ...headers, Contact: caller.client.contact }, body: caller.media.sdp() });
      const { response: second, request } = await caller.client.authenticated(known);
      caller.client.acknowledge(request, second);
      assert.ok(second.status >= 400, `1003 calls ${target}: ${second.start}`);
    }

    const redirected = caller.attempt('1004');
    mover.client.respond(await mover.incoming(), 302, 'Moved Temporarily', { headers: { Contact: `<${outside.uri}>` } });
    assert.ok((await redirected).status >= 400);

    const calling = caller.call('1004');
    await mover.answer(await mover.incoming());
    const call = await calling;
    const refer = call.request('REFER', { headers: { Contact: caller.client.contact, 'Refer-To': `<${outside.uri}>` } });
    const referred = await caller.client.transact(refer);
    if (referred.status === 202) {
      await caller.client.received.take('the end of the transfer', (message) => {
        const fragment = /^SIP\/2\.0 (\d+)/.exec(message.body)?.[1];
        return message.method === 'NOTIFY' && Number(fragment) >= 400;
      });
    }
    await call.hangup();
    outside.assertLeftAlone();
  },

  'S35 forwarding in a circle comes to an end': async ({ stage }) => {
    const caller = await stage.plainPhone('1003');
    const movers = [await stage.plainPhone('1004'), await stage.plainPhone('1005')];
    let invitations = 0;
    for (const [i, mover] of movers.entries()) {
      const add = mover.client.received.add.bind(mover.client.received);
      const next = `<sip:${movers[1 - i].extension}@${mover.client.identity.domain}>`;
      mover.client.received.add = (message) => {
        add(message);
        if (!message.isRequest || message.method !== 'INVITE') return;
        invitations += 1;
        mover.client.respond(message, 302, 'Moved Temporarily', { headers: { Contact: next } });
      };
    }
    assert.ok((await caller.attempt('1004')).status >= 400);
    assert.ok(invitations < 20, `${invitations} invitations`);
  },
});
