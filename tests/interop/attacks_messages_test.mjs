// Cases of docs/security.md about messages that are no longer read as they should be, sent over every wire while a call is up.
// @ts-check
import assert from 'node:assert/strict';
import { assertSocketsClosed, siege } from '../peers/siege.mjs';
import { openFiles } from '../peers/resources.mjs';
import { token } from '../peers/sip_message.mjs';
import { until } from '../peers/until.mjs';

/** @typedef {import('../peers/stage.mjs').Stage} Stage */
/** @typedef {import('../peers/sip_client.mjs').SipClient} SipClient */

const kWires = /** @type {const} */ (['udp', 'tcp', 'ws']);

/**
 * Sends over each wire, and tells the status of the answer; 0 if there was none before the next request was answered, or the
 * connection was closed.
 * @param {Stage} stage
 * @param {(client: SipClient) => string} make
 * @param {(status: number, wire: string) => void} verify
 * @param {readonly ('udp' | 'tcp' | 'ws')[]} [wires]
 */
async function overEachWire(stage, make, verify, wires = kWires) {
  for (const wire of wires) {
    const client = await stage.client(wire, { user: '1003' });
    const witness = client.request('OPTIONS', `sip:${client.identity.domain}`);
    client.send(make(client));
    client.send(witness);
    const isWitness = (/** @type {import('../peers/sip_message.mjs').SipMessage} */ message) => message.callId === witness.callId;
    await until(`what comes next over ${wire} is answered`, () => client.received.some(isWitness) || client.wire.closed());
    verify(client.received.all.find((message) => !message.isRequest && !isWitness(message))?.status ?? 0, wire);
    await client.stop();
  }
}

/** @param {number[]} statuses */
function oneOf(...statuses) {
  return (/** @type {number} */ status, /** @type {string} */ wire) =>
    assert.ok(statuses.includes(status), `${status} over ${wire} instead of ${statuses.join(' or ')}`);
}

/** @param {SipClient} client @param {string} method @param {Record<string, string>} [headers] */
function request(client, method, headers = {}) {
  const { domain } = client.identity;
  const to = method === 'OPTIONS' ? `sip:${domain}` : client.aor;
  return client.request(method, method === 'REGISTER' ? `sip:${domain}` : to, { to, headers: { Contact: client.contact, ...headers } });
}

/** With more lines before the empty one. @param {import('../peers/sip_message.mjs').SipMessage} message @param {string} lines */
function withLines(message, lines) {
  return String(message).replace('\r\n\r\n', `\r\n${lines}\r\n\r\n`);
}

siege('messages that break parsers', {
  'S13 SUBSCRIBE with fifty long Accept headers, and requests with more': async ({ stage }) => {
    const accept = `Accept: ${'a'.repeat(500)}/${'b'.repeat(500)}`;
    const verify = oneOf(400, 401, 405, 407, 489, 513);
    await overEachWire(stage, (client) => withLines(request(client, 'SUBSCRIBE', { Event: 'dialog' }), Array(50).fill(accept).join('\r\n')), verify);
    for (const method of ['SUBSCRIBE', 'REGISTER', 'OPTIONS']) {
      const many = Array.from({ length: 5000 }, (_, i) => `X-${i}: y`).join('\r\n');
      await overEachWire(stage, (client) => withLines(request(client, method), many), oneOf(400, 513));
    }
    const nested = `Via: ${Array(5000).fill('SIP/2.0/UDP a;branch=z9hG4bKx').join(',')}`;
    await overEachWire(stage, (client) => withLines(request(client, 'OPTIONS'), nested), oneOf(0, 200, 400, 513), ['tcp', 'ws']);
  },

  'S16 CSeq with a method of 800 characters, and with numbers that are none': async ({ stage }) => {
    for (const cseq of [`1 ${'A'.repeat(800)}`, '4294967296 OPTIONS', '-1 OPTIONS', '99999999999999999999999 OPTIONS', 'OPTIONS', '1', ' ']) {
      await overEachWire(stage, (client) => String(request(client, 'OPTIONS').set('CSeq', cseq)), oneOf(0, 400));
    }
  },

  'S18 REGISTER with a branch or a tag of hundreds and of thousands of characters': async ({ stage }) => {
    for (const length of [300, 600, 3000, 15000]) {
      const long = token(8).repeat(length / 8);
      const verify = oneOf(0, 400, 401, 513);
      await overEachWire(stage, (client) => String(request(client, 'REGISTER').set('From', `<${client.aor}>;tag=${long}`)), verify);
      const register = (/** @type {SipClient} */ client) => {
        const message = request(client, 'REGISTER');
        message.headers[0][1] = `SIP/2.0/${client.wire.transport} ${client.wire.host};branch=z9hG4bK${long}`;
        return String(message);
      };
      await overEachWire(stage, register, verify);
      await overEachWire(stage, (client) => String(request(client, 'REGISTER').set('Call-ID', long)), verify);
    }
  },

  'S19 headers with a space before the colon, folded and doubled reach no other phone': async ({ stage }) => {
    const victim = await stage.plainPhone('1004');
    const smuggled = [
      'X-Bypass-me : x',
      'X-Bypass-me\t: x',
      'Subject: a\r\n X-Bypass-me: x',
      'P-Asserted-Identity : <sip:911@localhost>',
      'P-Asserted-Identity\r\n : <sip:911@localhost>',
      'X-Bypass-me: x\rX-Bypass-me: x',
      'Alert-Info: <http://localhost/X-Bypass-me>',
      'Remote-Party-ID : <sip:911@localhost>',
    ];
    for (const line of smuggled) {
      const caller = await stage.client('udp', { user: '1003' });
      const uri = `sip:1004@${caller.identity.domain}`;
      const invite = caller.request('INVITE', uri, {
        headers: { Contact: caller.contact, 'Content-Type': 'application/sdp' },
        body: victim.media.sdp(),
      });
      const challenged = await caller.transact(invite);
      caller.acknowledge(invite, challenged);
      const second = caller.withCredentials(invite, challenged);
      caller.send(withLines(second, line));
      const isIt = (/** @type {{isRequest: boolean, method: string, callId: string}} */ message) => message.isRequest && message.method === 'INVITE';
      const seen = victim.client.received.all.filter(isIt).length;
      await until('the phone rings or the call is refused', () => {
        const refused = caller.received.all.some((message) => message.cseq === second.cseq && message.status >= 400);
        return refused || victim.client.received.all.filter(isIt).length > seen;
      });
      for (const arrived of victim.client.received.all.filter(isIt)) {
        assert.doesNotMatch(String(arrived), /bypass|sip:911/i);
        victim.client.respond(arrived, 486, 'Busy Here');
      }
      await caller.stop();
    }
    const twice = (/** @type {SipClient} */ client) => withLines(request(client, 'OPTIONS').set('Content-Length', '0'), 'Content-Length: 1');
    await overEachWire(stage, twice, oneOf(400));
    await overEachWire(stage, (client) => withLines(request(client, 'OPTIONS').set('Content-Length', '0'), 'l : 1'), oneOf(400));
  },

  'S20 Content-Length that overflows, is negative, too large or missing smuggles nothing': async ({ stage }) => {
    const files = openFiles(stage.server.pid ?? 0);
    const lengths = ['4294967328', '18446744073709551648', '-1', '99999999999999999999999', '0x20', '1 2', '+5', '1000000000', ''];
    for (const wire of /** @type {const} */ (['tcp', 'ws'])) {
      for (const length of lengths) {
        const client = await stage.client(wire, { user: '1003' });
        const outer = request(client, 'REGISTER').set('Content-Length', length);
        const inner = request(client, 'OPTIONS');
        client.send(`${outer}${inner}`);
        await until(`${length}: a refusal over ${wire}`, () => client.received.some((message) => message.status === 400 || message.status === 513));
        assert.ok(!client.received.some((message) => message.callId === inner.callId), `${length}: what stands in the body was read`);
        if (wire === 'tcp') await until(`${length}: the connection is closed`, () => client.wire.closed());
        await client.stop();
      }
    }
    const missing = await stage.client('tcp', { user: '1003' });
    missing.send(String(request(missing, 'REGISTER')).replace(/^Content-Length.*\r\n/m, ''));
    await until('the connection without Content-Length is closed', () => missing.wire.closed());
    const short = await stage.client('udp', { user: '1003' });
    short.send(String(request(short, 'OPTIONS').set('Content-Length', '500')));
    await short.received.take('400', (message) => message.status === 400);
    await assertSocketsClosed(stage, files);
  },

  'S20 a body that never ends is not collected': async ({ stage }) => {
    const client = await stage.client('tcp', { user: '1003' });
    client.send(`INVITE sip:1004@localhost SIP/2.0\r\nX: ${'x'.repeat(60_000)}`);
    for (let i = 0; i < 50 && !client.wire.closed(); ++i) client.send('x'.repeat(60_000));
    await until('the connection is closed', () => client.wire.closed());
  },

  'S24 bodies in bodies in bodies': async ({ stage }) => {
    const caller = await stage.client('tcp', { user: '1003' });
    let body = 'v=0\r\n';
    for (let depth = 0; depth < 1000; ++depth) {
      const inner = body.length > 50_000 ? 'x' : body;
      body = `--b${depth}\r\nContent-Type: multipart/mixed;boundary=b${depth - 1}\r\n\r\n${inner}\r\n--b${depth}--\r\n`;
    }
    const headers = { Contact: caller.contact, 'Content-Type': 'multipart/mixed;boundary=b999' };
    const invite = caller.request('INVITE', `sip:9196@${caller.identity.domain}`, { headers, body });
    const { response } = await caller.authenticated(invite);
    assert.ok(response.status >= 400, response.start);
    await overEachWire(stage, (client) => withLines(request(client, 'OPTIONS'), `User-Agent: ${'('.repeat(10_000)}`), oneOf(200, 400, 513));
    const quotes = (/** @type {SipClient} */ client) => String(request(client, 'OPTIONS').set('From', `${'"'.repeat(5001)} <sip:a@b>;tag=1`));
    await overEachWire(stage, quotes, oneOf(200, 400));
    await overEachWire(stage, (client) => String(request(client, 'OPTIONS').set('To', `${'<'.repeat(5000)}sip:a@b>`)), oneOf(200, 400));
  },

  'S27 a name of thousands of characters is registered and calls': async ({ stage }) => {
    const long = 'n'.repeat(5000);
    const victim = await stage.plainPhone('1004');
    const caller = await stage.plainPhone('1003', { transport: 'tcp' });
    const contact = `"${long}" ${caller.client.contact};x-note=${long.slice(0, 2000)}`;
    assert.equal((await caller.client.register({ contact })).status, 200);
    const invite = caller.invite('1004').set('From', `"${long}" <${caller.client.aor}>;tag=${token()}`);
    const calling = caller.client.authenticated(invite);
    await victim.answer(await victim.incoming());
    const { response, request: sent } = await calling;
    assert.equal(response.status, 200);
    const dialog = { to: sent.start.split(' ')[1], callId: sent.callId, fromTag: sent.tag('From'), toTag: response.tag('To') };
    caller.client.send(caller.client.request('ACK', response.contactUri ?? '', { ...dialog, cseq: sent.cseq }));
    const event = { Contact: victim.client.contact, Event: 'dialog' };
    await victim.client.authenticated(victim.client.request('SUBSCRIBE', caller.client.aor, { headers: event }));
    const bye = caller.client.request('BYE', response.contactUri ?? '', { ...dialog, cseq: sent.cseq + 1 });
    assert.equal((await caller.client.transact(bye)).status, 200);
  },
});
