// What a page asks the server for beside SIP, with plain fetch against the real server (docs/api.md).
// @ts-check
import assert from 'node:assert/strict';
import http from 'node:http';
import https from 'node:https';
import { SipClient } from '../peers/sip_client.mjs';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';
import { udpWire } from '../peers/wire.mjs';

/** @typedef {import('../peers/stage.mjs').Stage} Stage */
/** @typedef {import('../peers/sip_message.mjs').SipMessage} SipMessage */
/** @typedef {{status: number, headers: http.IncomingHttpHeaders, text: string, json: any}} Answer */

const kGuesser = '127.0.0.3';

/**
 * One request from an address of its own. Not by fetch(): that keeps Origin, Host and Cookie for itself.
 * @param {string} url
 * @param {{method?: string, headers?: Record<string, string>, body?: string | Buffer, from?: string}} [options]
 * @returns {Promise<Answer>} status 0 if the connection ended without an answer
 */
function ask(url, { method = 'GET', headers = {}, body, from } = {}) {
  return new Promise((resolve) => {
    const [, scheme, host, port, path] = /^(https?):\/\/([^/]*):(\d+)(\/.*)$/.exec(url) ?? [];
    const client = scheme === 'https' ? https : http;
    // Not the URL itself: its dots would be taken out here already.
    const options = { host, port, path, method, headers, agent: false, localAddress: from, rejectUnauthorized: false };
    const nothing = { status: 0, headers: {}, text: '', json: undefined };
    const request = client.request(options, (response) => {
      const pieces = /** @type {Buffer[]} */ ([]);
      response.on('data', (bytes) => pieces.push(bytes));
      response.on('error', () => resolve(nothing));
      response.on('end', () => {
        const text = Buffer.concat(pieces).toString('utf8');
        const isJson = response.headers['content-type'] === 'application/json';
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined });
      });
    });
    request.on('error', () => resolve(nothing));
    request.end(body);
  });
}

/** A browser with the page of this server: it keeps the cookie. */
class Page {
  cookie = '';
  origin;
  #base;
  #from;

  /** @param {Stage} stage @param {{secure?: boolean, from?: string}} [options] */
  constructor(stage, { secure = false, from } = {}) {
    this.#base = (secure ? stage.server.secureUrl : stage.server.url).replace(/\/$/, '');
    this.#from = from;
    this.origin = this.#base;
  }

  /** @param {string} method @param {string} path @param {unknown} [body] an object, or the text itself @param {Record<string, string>} [headers] */
  async ask(method, path, body, headers = {}) {
    const all = { Origin: this.origin, 'Content-Type': 'application/json', ...(this.cookie ? { Cookie: this.cookie } : {}), ...headers };
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await ask(`${this.#base}${path}`, { method, headers: all, body: text, from: this.#from });
    const cookie = answer.headers['set-cookie']?.[0];
    if (cookie) this.cookie = cookie.split(';')[0];
    return answer;
  }

  /** @param {string} extension @param {string} password */
  async signIn(extension, password) {
    return this.ask('POST', '/api/session', { extension, password });
  }

  /** @param {Stage} stage @param {string} extension */
  static async signedIn(stage, extension) {
    const page = new Page(stage);
    const answer = await page.signIn(extension, stage.server.accounts[extension]);
    assert.equal(answer.status, 200, answer.text);
    return { page, sip: answer.json.sip };
  }
}

/** A phone that signs in with the credential of a session, as the web phone does. */
class PagePhone extends SipClient {
  username = '';

  /** @param {Stage} stage @param {string} extension @param {{username: string, password: string}} sip */
  static async open(stage, extension, { username, password }) {
    const wire = await udpWire(stage.server.ports.sip);
    const phone = stage.keep(new PagePhone(wire, { user: extension, password, domain: stage.server.domain }));
    phone.username = username;
    return phone;
  }

  /** @param {Parameters<SipClient['withCredentials']>[0]} request @param {Parameters<SipClient['withCredentials']>[1]} challenged @param {Parameters<SipClient['withCredentials']>[2]} [options] */
  withCredentials(request, challenged, options = {}) {
    return super.withCredentials(request, challenged, { ...options, username: this.username });
  }
}

scene('a page signs in once, and its phone never sees the password', async (stage) => {
  const page = new Page(stage);
  assert.equal((await page.ask('GET', '/api/session')).status, 401);
  const opened = await page.signIn('1001', stage.server.accounts['1001']);
  assert.equal(opened.status, 200, opened.text);
  const { extension, realm, sip } = opened.json;
  assert.deepEqual({ extension, realm }, { extension: '1001', realm: 'webcalling' });
  assert.match(sip.username, /^1001~/);
  const left = sip.expires - Date.now();
  assert.ok(left > 11 * 3600e3 && left < 13 * 3600e3, `it is good for ${left} ms`);
  const cookie = opened.headers['set-cookie']?.[0] ?? '';
  assert.match(cookie, /^webcalling_session_http=\w{40}; HttpOnly; SameSite=Strict; Path=\/api; Max-Age=\d+$/);
  assert.equal(opened.headers['cache-control'], 'no-store');

  const phone = await PagePhone.open(stage, '1001', sip);
  assert.equal((await phone.register()).status, 200);
  const other = await stage.client('udp', { user: '1002' });
  assert.equal((await other.register()).status, 200);
  other.answers.add('MESSAGE');
  assert.equal((await phone.write('1002', 'hello')).status, 200);
  assert.match((await other.message()).header('From') ?? '', /sip:1001@/);

  const again = await page.ask('GET', '/api/session');
  assert.deepEqual(again.json, opened.json, 'a reload gets the same');
  await stage.server.restart();
  assert.deepEqual((await page.ask('GET', '/api/session')).json, opened.json, 'and so it does after a restart');
  assert.equal((await phone.register()).status, 200);

  const out = await page.ask('DELETE', '/api/session');
  assert.equal(out.status, 204);
  assert.match(out.headers['set-cookie']?.[0] ?? '', /Max-Age=0/);
  assert.equal((await phone.register()).status, 401, 'signing out ends the credential');
  page.cookie = cookie.split(';')[0];
  assert.equal((await page.ask('GET', '/api/session')).status, 401, 'and the cookie');
});

scene('over https the cookie is for https alone', async (stage) => {
  const page = new Page(stage, { secure: true });
  const opened = await page.signIn('1001', stage.server.accounts['1001']);
  assert.equal(opened.status, 200, opened.text);
  assert.match(opened.headers['set-cookie']?.[0] ?? '', /; Secure$/);
  assert.equal((await page.ask('GET', '/api/directory')).status, 200);
});

scene('who guesses passwords by the page gets one answer, and is banned', async (stage) => {
  const page = new Page(stage, { from: kGuesser });
  const wrong = await page.signIn('1001', 'guess');
  const unknown = await page.signIn('4711', 'guess');
  assert.equal(wrong.status, 401);
  assert.deepEqual([unknown.status, unknown.text], [wrong.status, wrong.text]);
  assert.deepEqual({ ...unknown.headers, date: '' }, { ...wrong.headers, date: '' });
  for (let i = 0; i < 8; ++i) await page.signIn('1001', `guess-${i}`);
  await until('the server has banned it', () => stage.server.log.includes(`${kGuesser} is banned`));
  assert.notEqual((await page.signIn('1001', stage.server.accounts['1001'])).status, 200);
  await Page.signedIn(stage, '1001');
}, { settings: { guard: { trusted_networks: ['127.0.0.9'] } } });

scene('a session ends with the password of its account', async (stage) => {
  const { page, sip } = await Page.signedIn(stage, '1001');
  const phone = await PagePhone.open(stage, '1001', sip);
  assert.equal((await phone.register()).status, 200);
  const { code, errors } = await stage.server.command('account', 'password', '1001', '--password', 'Another-one-7');
  assert.equal(code, 0, errors);
  assert.equal((await page.ask('GET', '/api/session')).status, 401);
  assert.equal((await phone.register()).status, 401);
});

scene('behind a reverse proxy the page is that of the proxy', async (stage) => {
  const page = new Page(stage);
  page.origin = 'https://pbx.example.com';
  const account = { extension: '1001', password: stage.server.accounts['1001'] };
  const forwarded = { 'X-Forwarded-For': '192.0.2.77', 'X-Forwarded-Host': 'pbx.example.com', 'X-Forwarded-Proto': 'https' };
  const opened = await page.ask('POST', '/api/session', account, forwarded);
  assert.equal(opened.status, 200, opened.text);
  assert.match(opened.headers['set-cookie']?.[0] ?? '', /; Secure$/);
  const direct = await page.ask('POST', '/api/session', account, { 'X-Forwarded-Host': 'pbx.example.com' });
  assert.equal(direct.status, 403, 'who is not brought by it is not believed');
  await page.ask('POST', '/api/session', { ...account, password: 'guess' }, forwarded);
  await until('the client is named, and not the proxy', () => stage.server.log.includes('Sign-in from 192.0.2.77: wrong password'));
}, { settings: { guard: { trusted_proxies: ['127.0.0.1'] } } });

scene('pages of others, forms, nonsense and masses get nowhere', async (stage) => {
  const { page } = await Page.signedIn(stage, '1001');
  for (const origin of ['https://evil.example.com', 'null', `http://127.0.0.1:${stage.server.ports.https}`]) {
    const answer = await page.ask('DELETE', '/api/session', undefined, { Origin: origin });
    assert.equal(answer.status, 403, origin);
    assert.match(answer.json.error, /\w+ .*\.$/, 'it is a sentence');
  }
  assert.equal((await page.ask('DELETE', '/api/session', 'a=b', { 'Content-Type': 'text/plain' })).status, 403);
  assert.equal((await page.ask('POST', '/api/session', '['.repeat(10_000))).status, 400);
  assert.equal((await page.ask('POST', '/api/session', `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`)).status, 400);
  assert.equal((await page.ask('POST', '/api/session', 'x'.repeat(64 * 1024))).status, 413);
  const masses = await page.ask('POST', '/api/session', 'x'.repeat(10 * 1024 * 1024));
  assert.ok([0, 413].includes(masses.status), `10 MB are answered with ${masses.status}`);
  for (const path of ['/api/../server.json', '/api/%2e%2e/%2e%2e/etc/passwd', '/api/session/..%2f..', '/api/history/..%2f1', '/api/%00']) {
    const answer = await page.ask('GET', path);
    assert.ok([400, 404, 405].includes(answer.status), `${path}: ${answer.status} ${answer.text}`);
  }
  assert.equal((await page.ask('PATCH', '/api/session')).status, 405);
  assert.equal((await page.ask('GET', '/api/session')).status, 200, 'nobody was signed out by all that');
});

const kSdp = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', 'm=audio 9 RTP/AVP 0', ''].join('\r\n');

/** @param {SipMessage} message @param {string} name */
const tagOf = (message, name) => /;tag=([^;>]*)/.exec(message.header(name) ?? '')?.[1] ?? '';
/** @param {SipMessage} message @param {string} name */
const uriOf = (message, name) => /<([^>]*)>/.exec(message.header(name) ?? '')?.[1] ?? '';

/** A call that is answered and hung up by the caller. @param {SipClient} caller @param {SipClient} callee @returns {Promise<{callers: string, callees: string}>} the Call-IDs of both legs */
async function talk(caller, callee) {
  const answered = caller.call(`sip:${callee.identity.user}@${caller.identity.domain}`);
  const invite = await callee.incoming();
  callee.respond(invite, 180, 'Ringing', { toTag: 'callee' });
  callee.respond(invite, 200, 'OK', {
    toTag: 'callee',
    headers: { Contact: callee.contact, 'Content-Type': 'application/sdp' },
    body: kSdp,
  });
  const ok = await answered;
  assert.equal(ok.status, 200);
  const bye = caller.request('BYE', uriOf(ok, 'Contact'), {
    to: uriOf(ok, 'To'),
    callId: ok.callId,
    cseq: ok.cseq + 1,
    fromTag: tagOf(ok, 'From'),
    toTag: tagOf(ok, 'To'),
  });
  assert.equal((await caller.transact(bye)).status, 200);
  return { callers: ok.callId, callees: invite.callId };
}

/** @param {Page} page @param {string} query */
async function onlyCall(page, query) {
  const list = await page.ask('GET', `/api/history?${query}`);
  assert.equal(list.status, 200, list.text);
  assert.equal(list.json.calls.length, 1, list.text);
  return list.json.calls[0];
}

scene('both remember a call with the credential of a session, and what the phone has measured', async (stage) => {
  const anna = await Page.signedIn(stage, '1001');
  const bob = await Page.signedIn(stage, '1002');
  const annas = await PagePhone.open(stage, '1001', anna.sip);
  const bobs = await PagePhone.open(stage, '1002', bob.sip);
  const begun = Date.now();
  assert.equal((await annas.register()).status, 200);
  assert.equal((await bobs.register()).status, 200);
  const { callers, callees } = await talk(annas, bobs);

  const query = (/** @type {string} */ callId) => `callId=${encodeURIComponent(callId)}`;
  await until('the history has the call', async () => (await anna.page.ask('GET', '/api/history')).json.calls.length > 0);
  const out = await onlyCall(anna.page, query(callers));
  const { direction, missed, number, cause, note } = out;
  assert.deepEqual({ direction, missed, number, cause, note }, { direction: 'out', missed: false, number: '1002', cause: 'hungUp', note: null });
  assert.ok(begun <= out.began && out.began <= out.answered && out.answered <= out.ended && out.ended <= Date.now(), JSON.stringify(out));
  const incoming = await onlyCall(bob.page, query(callees));
  assert.equal(incoming.direction, 'in');
  assert.equal(incoming.number, '1001');

  const quality = { setUpMs: 12, sent: { mos: 4.3 } };
  assert.equal((await anna.page.ask('PUT', `/api/history/${out.id}/quality`, quality)).status, 204);
  assert.equal((await anna.page.ask('PUT', `/api/history/${incoming.id}/quality`, quality)).status, 404, 'that is of others');
  assert.equal((await anna.page.ask('PUT', `/api/history/${out.id}/quality`, { mos: '<b>' })).status, 400);
  assert.equal((await anna.page.ask('DELETE', `/api/history/${incoming.id}`)).status, 404);
  assert.equal((await anna.page.ask('DELETE', '/api/history/..%2f..%2f1')).status, 404);

  await stage.server.restart();
  assert.deepEqual((await onlyCall(anna.page, 'direction=out&search=100')).note, quality, 'it outlives a restart');
  assert.equal((await anna.page.ask('GET', '/api/history?direction=missed')).json.calls.length, 0);
  assert.equal((await anna.page.ask('DELETE', `/api/history/${out.id}`)).status, 204);
  assert.equal((await anna.page.ask('GET', '/api/history')).json.calls.length, 0);
  assert.equal((await bob.page.ask('GET', '/api/history')).json.calls.length, 1);
});

scene('who was in a call sees the messages of both legs, and no secret', async (stage) => {
  const anna = await Page.signedIn(stage, '1001');
  const bob = await Page.signedIn(stage, '1002');
  const carol = await Page.signedIn(stage, '1003');
  const annas = await PagePhone.open(stage, '1001', anna.sip);
  const bobs = await PagePhone.open(stage, '1002', bob.sip);
  assert.equal((await bobs.register()).status, 200);
  const { callers, callees } = await talk(annas, bobs);
  const story = (/** @type {Page} */ page, /** @type {string} */ callId) => page.ask('GET', `/api/calls/${encodeURIComponent(callId)}/story`);
  /** @typedef {{at: number, leg: string, direction: string, message: string}} Line */
  await until('the other leg has ended as well', async () => {
    const { json } = await story(anna.page, callers);
    return json.messages.filter((/** @type {Line} */ line) => /^SIP\/2.0 200[^]*CSeq: \d+ BYE/.test(line.message)).length === 2;
  });
  for (const { page, callId, other } of [
    { page: anna.page, callId: callers, other: callees },
    { page: bob.page, callId: callees, other: callers },
  ]) {
    const { status, json, text } = await story(page, callId);
    assert.equal(status, 200, text);
    assert.equal(json.complete, true);
    const messages = /** @type {Line[]} */ (json.messages);
    for (const leg of ['own', 'far']) {
      const starts = messages.filter((line) => line.leg === leg).map((line) => line.message.split(' ', 1)[0]);
      for (const start of ['INVITE', 'SIP/2.0', 'ACK', 'BYE']) assert.ok(starts.includes(start), `${leg}: no ${start} among ${starts}`);
    }
    for (const secret of ['response=', 'cnonce=', anna.sip.password, other]) assert.ok(!text.includes(secret), `${secret} in ${text}`);
  }
  assert.equal((await story(carol.page, callers)).status, 404);
  assert.equal((await story(anna.page, callees)).status, 404);
  assert.equal((await story(anna.page, '../../config')).status, 404);
});

scene('the operator may want no stories', async (stage) => {
  const { page, sip } = await Page.signedIn(stage, '1001');
  const phone = await PagePhone.open(stage, '1001', sip);
  const refused = await phone.call(`sip:4711@${stage.server.domain}`);
  assert.equal((await page.ask('GET', `/api/calls/${encodeURIComponent(refused.callId)}/story`)).status, 404);
  assert.ok(!(await page.ask('GET', '/api/config')).json.features.includes('story'));
}, { settings: { api: { stories: /** @type {any} */ (false) } } });

scene('everybody learns what the page must know, and a page who can be called', async (stage) => {
  const config = await ask(`${stage.server.url}api/config`);
  assert.equal(config.status, 200);
  assert.equal(config.json.product, 'WebCalling');
  assert.equal(config.json.httpsPort, stage.server.ports.https);
  assert.ok(config.json.features.includes('session'));

  const markup = '<img src=x onerror="alert(1)">';
  const { code, errors } = await stage.server.command('account', 'add', '1004', '--password', 'Kx5-some-words', '--name', markup);
  assert.equal(code, 0, errors);
  const { page } = await Page.signedIn(stage, '1001');
  const directory = await page.ask('GET', '/api/directory');
  assert.equal(directory.headers['content-type'], 'application/json');
  assert.equal(directory.headers['x-content-type-options'], 'nosniff');
  assert.deepEqual(
    directory.json.extensions.map((/** @type {{extension: string}} */ each) => each.extension),
    ['1001', '1002', '1003', '1004'],
  );
  assert.equal(directory.json.extensions[3].name, markup);
  assert.equal((await ask(`${stage.server.url}api/directory`)).status, 401);
});
