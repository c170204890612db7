// The reference system's own client, message by message: SIP.js 0.21.1, its URIs with :5060, MD5 only.
// @ts-check
import assert from 'node:assert/strict';
import { scene } from '../peers/stage.mjs';
import { SipClient } from '../peers/sip_client.mjs';
import { SipMessage, credentials } from '../peers/sip_message.mjs';
import { webSocketWire } from '../peers/wire.mjs';

const kVia = '7bhs9fl1c2ll.invalid';
const kContact = '<sip:8bum4n4l@7bhs9fl1c2ll.invalid;transport=ws>;expires=600';

/** The REGISTER of the reference document, word for word but for the address. @param {string} branch @param {number} cseq @param {string} [authorization] */
function register(branch, cseq, authorization) {
  return new SipMessage('REGISTER sip:127.0.0.1:5060 SIP/2.0', [
    ['Via', `SIP/2.0/WS ${kVia};branch=${branch}`],
    ['To', '<sip:1002@127.0.0.1:5060>'],
    ['From', '"1002" <sip:1002@127.0.0.1:5060>;tag=pfkt19pi9d'],
    ['CSeq', `${cseq} REGISTER`],
    ['Call-ID', 'geklegd7iobftuch3i2a'],
    ['Max-Forwards', '70'],
    ...(authorization ? [/** @type {[string, string]} */ (['Authorization', authorization])] : []),
    ['Contact', kContact],
    ['Allow', 'ACK,CANCEL,INVITE,MESSAGE,BYE,OPTIONS,INFO,NOTIFY,REFER'],
    ['Supported', 'outbound, path, gruu'],
    ['User-Agent', 'SIP.js/0.21.1'],
  ]);
}

/** @param {import('../peers/stage.mjs').Stage} stage @param {string} [path] */
async function referenceClient(stage, path) {
  const port = path ? stage.server.ports.web : stage.server.ports.ws;
  const wire = await webSocketWire(port, path, kVia);
  const identity = { user: '1002', password: stage.server.accounts['1002'], domain: '127.0.0.1:5060' };
  return stage.keep(new SipClient(wire, identity));
}

/** @param {SipClient} client */
async function signIn(client) {
  const challenged = await client.transact(register('z9hG4bK491248', 2));
  assert.equal(challenged.status, 401);
  const challenge = challenged.all('WWW-Authenticate').at(-1) ?? '';
  const authorization = credentials(challenge, {
    method: 'REGISTER',
    uri: 'sip:127.0.0.1:5060',
    username: '1002',
    password: client.identity.password,
  });
  return client.transact(register('z9hG4bK491249', 3, authorization));
}

for (const path of [undefined, '/ws']) {
  scene(`registration is answered as the reference system answers it, on ${path ?? 'the WebSocket port'}`, async (stage) => {
    const client = await referenceClient(stage, path);
    const ok = await signIn(client);
    assert.equal(ok.start, 'SIP/2.0 200 OK');
    assert.equal(ok.all('Via').length, 1);
    assert.equal(
      ok.header('Via')?.split(';').sort().join(';'),
      [`SIP/2.0/WS ${kVia}`, 'branch=z9hG4bK491249', 'received=127.0.0.1', `rport=${client.wire.port}`].sort().join(';'),
    );
    assert.equal(ok.header('From'), '"1002" <sip:1002@127.0.0.1:5060>;tag=pfkt19pi9d');
    assert.match(ok.header('To') ?? '', /^<sip:1002@127.0.0.1:5060>;tag=\S+$/);
    assert.equal(ok.header('Call-ID'), 'geklegd7iobftuch3i2a');
    assert.equal(ok.header('CSeq'), '3 REGISTER');
    assert.match(ok.header('Contact') ?? '', /^<sip:8bum4n4l@7bhs9fl1c2ll.invalid;transport=ws>;expires=[1-9]\d*$/);
    assert.match(ok.header('Date') ?? '', /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
    assert.match(ok.header('Allow') ?? '', /INVITE.*ACK.*BYE.*CANCEL.*OPTIONS/);
    assert.ok(ok.header('Supported') !== undefined);
    assert.equal(ok.header('Content-Length'), '0');
  });
}

scene('a message-waiting NOTIFY follows the registration', async (stage) => {
  const client = await referenceClient(stage);
  await signIn(client);
  const notify = await client.received.take('NOTIFY', (message) => message.method === 'NOTIFY' && message.isRequest);
  assert.equal(notify.start.split(';')[0], 'NOTIFY sip:8bum4n4l@7bhs9fl1c2ll.invalid');
  assert.match(notify.header('Via') ?? '', /^SIP\/2.0\/WS /);
  assert.match(notify.header('To') ?? '', /<sip:1002@/);
  assert.equal(notify.header('Event'), 'message-summary');
  assert.match(notify.header('Subscription-State') ?? '', /^terminated/);
  assert.equal(notify.header('Content-Type'), 'application/simple-message-summary');
  assert.match(notify.body, /^Messages-Waiting: no\r?$/m);
  assert.match(notify.body, /^Message-Account: sip:1002@/m);
  assert.ok(notify.header('Contact'));
});

/** The offer of the reference document, shortened to one candidate. */
const kOffer = `v=0
o=- 7984168729586991342 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
a=extmap-allow-mixed
a=msid-semantic: WMS 67b12fa8-c181-4f0d-a390-56c19bd07a67
m=audio 49721 UDP/TLS/RTP/SAVPF 111 103 104 9 0 8 106 105 13 110 112 113 126
c=IN IP4 103.148.39.46
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:451435517 1 udp 2122260223 172.27.112.1 49718 typ host generation 0 network-id 2
a=ice-ufrag:VCoG
a=ice-pwd:X78uD0fAvGQ5+WYsY3X8o0AK
a=ice-options:trickle
a=fingerprint:sha-256 3C:76:96:0B:7C:9F:A0:F4:A7:BA:D6:31:34:CB:25:D3:FA:C2:D4:8D:FE:68:02:F1:17:C0:E8:82:AD:4A:99:10
a=setup:actpass
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendrecv
a=msid:67b12fa8-c181-4f0d-a390-56c19bd07a67 441444ae-0dc1-4306-9bc8-5d5271519062
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:103 ISAC/16000
a=rtpmap:104 ISAC/32000
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:106 CN/32000
a=rtpmap:105 CN/16000
a=rtpmap:13 CN/8000
a=rtpmap:110 telephone-event/48000
a=rtpmap:112 telephone-event/32000
a=rtpmap:113 telephone-event/16000
a=rtpmap:126 telephone-event/8000
a=ssrc:108159796 cname:tu3dLth+U1DsgX10
`.replaceAll('\n', '\r\n');

/** @param {SipClient} client @param {string} number */
function invite(client, number) {
  return new SipMessage(
    `INVITE sip:${number}@127.0.0.1:5060 SIP/2.0`,
    [
      ['Via', `SIP/2.0/WS ${kVia};branch=z9hG4bK8808480`],
      ['To', `<sip:${number}@127.0.0.1:5060>`],
      ['From', '"1002" <sip:1002@127.0.0.1:5060>;tag=5tl73fih4o'],
      ['CSeq', '1 INVITE'],
      ['Call-ID', 'gekleie1ceg925i9u7qp'],
      ['Max-Forwards', '70'],
      ['Contact', '<sip:8bum4n4l@7bhs9fl1c2ll.invalid;transport=ws;ob>'],
      ['Allow', 'ACK,CANCEL,INVITE,MESSAGE,BYE,OPTIONS,INFO,NOTIFY,REFER'],
      ['Supported', 'outbound'],
      ['User-Agent', 'SIP.js/0.21.1'],
      ['Content-Type', 'application/sdp'],
    ],
    kOffer,
  );
}

scene('a call gets 100, 183 with SDP, and 200 with the same SDP, which a browser accepts', async (stage) => {
  const client = await referenceClient(stage);
  await signIn(client);
  const zoiper = await stage.phone('1001');
  const first = invite(client, '1001');
  const challenged = await client.transact(first);
  assert.ok(challenged.status === 407 || challenged.status === 401, challenged.start);
  client.acknowledge(first, challenged);
  const second = client.withCredentials(first, challenged);
  client.send(second);
  await client.response(second, (status) => status === 100);
  await zoiper.incoming();
  const progress = await client.response(second, (status) => status === 183);
  await zoiper.accept();
  const ok = await client.response(second);
  assert.equal(ok.start, 'SIP/2.0 200 OK');
  assert.equal(ok.body, progress.body, 'SIP.js keeps the description of the 183');
  assert.equal(ok.tag('To'), progress.tag('To'));
  assert.equal(ok.all('Via').length, 1);
  assert.ok(ok.contactUri);
  assert.equal(ok.header('Content-Type'), 'application/sdp');
  for (const wanted of [
    /^m=audio \d+ UDP\/TLS\/RTP\/SAVPF 111( \d+)*\r$/m,
    /^a=rtpmap:111 opus\/48000\/2\r$/m,
    /^a=rtpmap:110 telephone-event\/48000\r$/m,
    /^a=fingerprint:sha-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}\r$/m,
    /^a=setup:(active|passive)\r$/m,
    /^a=rtcp-mux\r$/m,
    /^a=ice-ufrag:\S{4,}\r$/m,
    /^a=ice-pwd:\S{22,}\r$/m,
    /^a=ice-lite\r$/m,
    /^a=candidate:\S+ 1 udp \d+ 127\.0\.0\.1 \d+ typ host/im,
    // What the reference system lacks (RFC 8829, RFC 9143).
    /^a=mid:0\r$/m,
    /^a=group:BUNDLE 0\r$/m,
  ]) {
    assert.match(ok.body, wanted);
  }
  const ack = client.request('ACK', ok.contactUri ?? '', { callId: second.callId, cseq: second.cseq });
  client.send(ack.set('From', second.header('From') ?? '').set('To', ok.header('To') ?? ''));
  const bye = client.request('BYE', ok.contactUri ?? '', { callId: second.callId, cseq: second.cseq + 1 });
  bye.set('From', second.header('From') ?? '').set('To', ok.header('To') ?? '');
  assert.equal((await client.transact(bye)).status, 200);
  await zoiper.closed();
});

scene('a call to it reaches the contact of its registration over its own connection', async (stage) => {
  const client = await referenceClient(stage);
  await signIn(client);
  const zoiper = await stage.phone('1001');
  await zoiper.dial('1002');
  const call = await client.received.take('INVITE', (message) => message.method === 'INVITE' && message.isRequest);
  assert.match(call.start, /^INVITE sip:8bum4n4l@7bhs9fl1c2ll.invalid(;\S+)? SIP\/2.0$/);
  assert.match(call.header('From') ?? '', /sip:1001@/);
  assert.ok(call.contactUri);
  assert.match(call.body, /^m=audio \d+ UDP\/TLS\/RTP\/SAVPF /m);
  assert.match(call.body, /^a=setup:actpass\r$/m);
  client.respond(call, 180, 'Ringing', { toTag: 'ring' });
  await zoiper.ringing();
  client.respond(call, 480, 'Temporarily Unavailable', { toTag: 'ring' });
  await zoiper.closed(/480/);
});
