// Descriptions and bodies that have broken other servers, named after their cases: each is refused or taken as it should be, and
// a call in progress keeps its audio.
// @ts-check
import assert from 'node:assert/strict';
import { connect, disconnect, hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';

/** @param {string[]} media */
function description(...media) {
  return ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', ...media, ''].join('\r\n');
}

/** @param {string[]} lines */
function secure(...lines) {
  return description('m=audio 4000 RTP/SAVP 0', ...lines);
}

const kKey = 'JXpdbuLS8aFb7J73jnrhvjS8mZKerA5r/elBXt+P';
const kSuite = 'AES_CM_128_HMAC_SHA1_80';

/** @type {Record<string, [body: string, status: number, type?: string][]>} */
const cases = {
  'S14 payload types that are none': [
    [description('m=audio 17002 RTP/AVP 8 101', 'a=fmtp\0:101 0-16'), 400],
    [description('m=audio 17002 RTP/AVP 4294967296'), 400],
    [description('m=audio 17002 RTP/AVP 128'), 400],
    [description('m=audio 17002 RTP/AVP 8', 'a=rtpmap:255 opus/48000/2'), 400],
  ],
  'S17 multipart bodies without sound parts': [
    ['--b1\r\n', 400, 'multipart/mixed;boundary=b1'],
    ['--b1\n\nv=0\n--b1--\n', 400, 'multipart/mixed;boundary=b1'],
    ['--b1--\r\n', 400, 'multipart/mixed;boundary=b1'],
    ['v=0\r\n', 400, 'multipart/mixed'],
    [`--b1\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b1--\r\n`, 415, 'multipart/mixed;boundary=b1'],
    ['<x/>', 415, 'application/xml'],
  ],
  'S28 keys of any length, any number and any tag': [
    [secure(`a=crypto:1 ${kSuite} inline:`), 488],
    [secure(`a=crypto:1 ${kSuite} inline:AAAA`), 488],
    [secure(`a=crypto:1 ${kSuite} inline:${'A'.repeat(8000)}`), 488],
    [secure(`a=crypto:0 ${kSuite} inline:${kKey}`), 488],
    [secure(`a=crypto:x ${kSuite} inline:${kKey}`), 488],
    [secure(`a=crypto:4294967297 ${kSuite} inline:${kKey}`), 488],
    [secure(`a=crypto:1 ${kSuite} inline:${kKey}|2^20|1:4`), 488],
    [secure(...Array.from({ length: 65 }, (_, i) => `a=crypto:${i + 1} ${kSuite} inline:${kKey}`)), 488],
  ],
  'S30 payload types that mean something else, and packet times': [
    [description('m=audio 17002 RTP/AVP 0', 'a=rtpmap:0 opus/48000/2'), 488],
    [description('m=audio 17002 RTP/AVP 72', 'a=rtpmap:72 opus/48000/2'), 488],
    [description('m=audio 17002 RTP/AVP 8', 'a=ptime:4294967295', 'a=maxptime:0'), 200],
  ],
};

for (const [name, attempts] of Object.entries(cases)) {
  scene(name, async (stage) => {
    const alice = await stage.phone('1001');
    const bob = await stage.phone('1002');
    await connect(alice, bob);
    const attacker = await stage.client('udp', { user: '1003' });
    for (const [body, status, type = 'application/sdp'] of attempts) {
      const headers = { Contact: attacker.contact, 'Content-Type': type };
      const invite = attacker.request('INVITE', `sip:9196@${attacker.identity.domain}`, { headers, body });
      const { response, request } = await attacker.authenticated(invite);
      assert.equal(response.status, status, body.slice(0, 300));
      if (status === 415) assert.match(response.header('Accept') ?? '', /application\/sdp/);
      if (status >= 300) attacker.acknowledge(request, response);
    }
    assert.equal((await attacker.options()).status, 200);
    await hearEachOther(alice, bob);
    await disconnect(alice, bob);
  });
}
