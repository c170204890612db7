// Cases of docs/security.md about callers who vanish, contradict themselves or never acknowledge, while another call is up.
// @ts-check
import assert from 'node:assert/strict';
import { assertSocketsClosed, siege } from '../peers/siege.mjs';
import { openFiles } from '../peers/resources.mjs';
import { token } from '../peers/sip_message.mjs';

/** @typedef {import('../peers/stage.mjs').Stage} Stage */
/** @typedef {import('../peers/sip_message.mjs').SipMessage} SipMessage */

/** @param {string} method */
function requestOf(method) {
  return (/** @type {SipMessage} */ message) => message.isRequest && message.method === method;
}

/** 1003 calls 1004, and both talk. @param {Stage} stage */
async function callUp(stage) {
  const caller = await stage.plainPhone('1003');
  const callee = await stage.plainPhone('1004');
  const calling = caller.call('1004');
  await callee.answer(await callee.incoming());
  return { caller, callee, call: await calling };
}

siege('callers who break the rules', {
  'S15 INVITEs over connections that are closed at once leave nobody ringing': async ({ stage }) => {
    const files = openFiles(stage.server.pid ?? 0);
    const callee = await stage.plainPhone('1004');
    for (const transport of /** @type {const} */ (['tcp', 'tls', 'ws', 'wss'])) {
      for (let i = 0; i < 10; ++i) {
        const caller = await stage.client(transport, { user: '1003' });
        const headers = { Contact: caller.contact, 'Content-Type': 'application/sdp' };
        const number = i % 2 === 0 ? '1004' : '9196';
        const invite = caller.request('INVITE', `sip:${number}@${caller.identity.domain}`, { headers, body: callee.media.sdp() });
        const challenged = await caller.transact(invite);
        caller.acknowledge(invite, challenged);
        caller.send(caller.withCredentials(invite, challenged));
        if (number !== '1004') {
          await caller.stop();
          continue;
        }
        const arrived = await callee.incoming();
        callee.ring(arrived);
        await caller.stop();
        const cancel = await callee.client.received.take('CANCEL', requestOf('CANCEL'));
        callee.client.respond(cancel, 200, 'OK');
        callee.client.respond(arrived, 487, 'Request Terminated');
        await callee.client.received.take('the ACK', (message) => message.method === 'ACK' && message.callId === arrived.callId);
      }
    }
    await assertSocketsClosed(stage, files);
  },

  'S15 a flood of INVITEs with a password over one connection is answered one by one': async ({ stage }) => {
    const caller = await stage.client('tcp', { user: '1003' });
    const headers = { Contact: caller.contact, 'Content-Type': 'application/sdp' };
    const invites = Array.from({ length: 100 }, () => caller.request('INVITE', `sip:4711@${caller.identity.domain}`, { headers }));
    const answers = await Promise.all(invites.map((invite) => caller.authenticated(invite)));
    for (const { response } of answers) assert.ok(response.status >= 400);
  },

  'S31 a registration or a subscription that ends twice': async ({ stage }) => {
    for (const transport of /** @type {const} */ (['udp', 'tcp', 'ws'])) {
      const client = await stage.client(transport, { user: '1003' });
      const callId = token(20);
      for (const [cseq, expires] of [[1, 600], [3, 0], [5, 0], [7, 600], [9, 0]]) {
        assert.equal((await client.register({ expires, callId, cseq })).status, 200);
      }
      const ends = Array.from({ length: 10 }, () => client.register({ expires: 0 }));
      for (const { status } of await Promise.all(ends)) assert.equal(status, 200);
      for (const expires of ['3600', '0', '0']) {
        const subscribe = client.request('SUBSCRIBE', client.aor, { headers: { Contact: client.contact, Event: 'message-summary', Expires: expires } });
        const { response } = await client.authenticated(subscribe);
        assert.ok(response.status >= 200 && response.status < 500, response.start);
      }
      assert.deepEqual(await client.bindings(), []);
      await client.stop();
    }
  },

  'S40 ACK, BYE, CANCEL and PRACK for calls that never were': async ({ stage }) => {
    const spammer = await stage.client('udp', { user: '1003' });
    const uri = `sip:1002@${spammer.identity.domain}`;
    for (let i = 0; i < 50; ++i) {
      spammer.send(spammer.request('ACK', uri, i % 2 ? { toTag: token() } : {}));
      spammer.send(spammer.request('ACK', uri, { body: 'v=0\r\n', headers: { 'Content-Type': 'application/sdp' } }));
    }
    for (const method of ['BYE', 'CANCEL', 'PRACK', 'UPDATE', 'NOTIFY']) {
      for (const toTag of [undefined, token()]) {
        const { status } = await spammer.transact(spammer.request(method, uri, { toTag, headers: { RAck: '1 1 INVITE', Event: 'dialog' } }));
        assert.ok(status >= 400, `${method}: ${status}`);
      }
    }
    assert.ok(!spammer.received.some((message) => message.method === 'ACK'));
  },

  'S40 CANCEL that comes after the answer changes nothing': async ({ stage }) => {
    const { caller, callee, call } = await callUp(stage);
    const cancel = caller.client.request('CANCEL', `sip:1004@${caller.client.identity.domain}`, {
      callId: call.response.callId,
      cseq: call.response.cseq,
    });
    cancel.headers[0][1] = call.response.header('Via') ?? '';
    const answer = await caller.client.transact(cancel);
    assert.ok(answer.status === 200 || answer.status === 481, answer.start);
    await callee.ear.forget();
    await callee.ear.hears(caller.hz);
    assert.equal((await call.hangup()).status, 200);
  },

  'S40 BYE while a re-INVITE is not answered yet, and twice': async ({ stage }) => {
    const { caller, callee, call } = await callUp(stage);
    const headers = { Contact: caller.client.contact, 'Content-Type': 'application/sdp' };
    const invites = [1, 2, 3].map(() => call.request('INVITE', { headers, body: caller.media.sdp({ direction: 'sendonly' }) }));
    for (const invite of invites) caller.client.send(invite);
    const byes = [call.request('BYE'), call.request('BYE')];
    for (const bye of byes) caller.client.send(bye);
    for (const invite of invites) {
      const { status } = await caller.client.response(invite);
      assert.ok(status >= 200);
      call.acknowledge(invite.cseq);
    }
    const statuses = (await Promise.all(byes.map((bye) => caller.client.response(bye)))).map((response) => response.status);
    assert.deepEqual(statuses, [200, 481]);
    await callee.client.received.take('BYE', requestOf('BYE'));
  },

  'S40 offers that cross are refused with 491, and the call goes on': async ({ stage }) => {
    const { caller, callee, call } = await callUp(stage);
    const headers = { Contact: caller.client.contact, 'Content-Type': 'application/sdp' };
    const offerless = call.request('INVITE', { headers: { Contact: caller.client.contact } });
    const open = await caller.client.transact(offerless);
    assert.equal(open.status, 200);
    const crossing = call.request('INVITE', { headers, body: caller.media.sdp() });
    const refused = await caller.client.transact(crossing);
    call.acknowledge(crossing.cseq);
    assert.ok(refused.status === 491 || refused.status === 500, refused.start);
    const answer = caller.client.request('ACK', call.response.contactUri ?? '', {
      to: `sip:1004@${caller.client.identity.domain}`,
      callId: call.response.callId,
      fromTag: /;tag=([^;>]+)/.exec(call.response.header('From') ?? '')?.[1],
      toTag: call.response.tag('To'),
      cseq: offerless.cseq,
      headers: { 'Content-Type': 'application/sdp' },
      body: caller.media.sdp(),
    });
    caller.client.send(answer);
    await callee.ear.forget();
    await callee.ear.hears(caller.hz);
    assert.equal((await call.hangup()).status, 200);
  },

  'S40 an answer that is never acknowledged ends with a BYE': async ({ stage }) => {
    const caller = await stage.plainPhone('1003');
    const { response, request } = await caller.client.authenticated(caller.invite('9196'));
    assert.equal(response.status, 200);
    const again = await caller.client.response(request);
    assert.equal(again.status, 200, 'the answer is repeated');
    // RFC 3261 section 13.3.1.4: after 64 T1.
    await caller.client.received.take('BYE', requestOf('BYE'), 40_000);
  },
});
