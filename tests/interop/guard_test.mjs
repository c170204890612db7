// The guard over real sockets: who guesses, scans or floods is turned away, and nobody else is. Every address that begins with 127
// is this machine, so that each client has an address of its own.
// @ts-check
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { SipClient } from '../peers/sip_client.mjs';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';
import { connectWebSocket } from '../peers/websocket.mjs';
import { udpWire } from '../peers/wire.mjs';

/** @typedef {import('../peers/stage.mjs').Stage} Stage */

/** The operator, who alone is trusted. */
const kOperator = '127.0.0.9';
const kOffice = '127.0.0.2';
const kGuesser = '127.0.0.3';
const kTrust = { trusted_networks: [kOperator] };

/** A phone at an address of its own. @param {Stage} stage @param {string} own @param {string} [user] */
async function phoneAt(stage, own, user = '1001') {
  const wire = await udpWire(stage.server.ports.sip, { own });
  const password = stage.server.accounts[user];
  return stage.keep(new SipClient(wire, { user, password, domain: stage.server.domain }));
}

/** Tries passwords until it is not answered any more than others are. @param {SipClient} guesser @param {number} times */
async function guess(guesser, times) {
  for (let i = 0; i < times; ++i) {
    const { status } = await guesser.register({ password: `guess-${i}` });
    assert.equal(status, 401);
  }
}

/**
 * What one asks, the other asks right afterwards: the server takes datagrams in their order, so that an answer to the second
 * means that there will be none to the first.
 * @param {SipClient} ignored @param {SipClient} served
 */
async function assertIgnored(ignored, served) {
  const request = ignored.request('OPTIONS', `sip:${ignored.identity.domain}`);
  ignored.send(request);
  assert.equal((await served.options()).status, 200);
  assert.equal(ignored.received.some((message) => message.callId === request.callId), false, 'a banned address was answered');
}

/** @param {Stage} stage @param {...string} args */
async function bans(stage, ...args) {
  const { code, output, errors } = await stage.server.command('bans', ...args);
  assert.equal(code, 0, errors);
  return output;
}

/** A page as a client at `from` sees it; status 0 if the connection is closed. @param {Stage} stage @param {string} from @param {string} path @param {{headers?: Record<string, string>}} [options] */
function get(stage, from, path, { headers = {} } = {}) {
  return new Promise((/** @type {(answer: {status: number, body: string, headers: http.IncomingHttpHeaders}) => void} */ resolve) => {
    const options = { host: stage.server.address, port: stage.server.ports.web, path, localAddress: from, headers, agent: false };
    const nothing = { status: 0, body: '', headers: {} };
    const request = http.get(options, (response) => {
      let body = '';
      response.on('data', (bytes) => (body += bytes));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
      response.on('error', () => resolve(nothing));
    });
    request.on('error', () => resolve(nothing));
  });
}

/** One value of the metrics. @param {Stage} stage @param {string} name with its labels */
async function metric(stage, name) {
  const { status, body } = await get(stage, kOperator, '/metrics');
  assert.equal(status, 200);
  const line = body.split('\n').find((candidate) => candidate.startsWith(`webcalling_${name} `));
  assert.ok(line, `no metric ${name} in ${body}`);
  return Number(line.split(' ')[1]);
}

/** A TCP connection to the SIP port, and whether the server has closed it. @param {Stage} stage @param {string} from */
async function tcpFrom(stage, from) {
  const socket = net.connect({ host: stage.server.address, port: stage.server.ports.sip, localAddress: from });
  const connection = { socket, closed: false, stop: async () => void socket.destroy() };
  socket.on('close', () => (connection.closed = true));
  socket.on('error', () => (connection.closed = true));
  socket.resume();
  return stage.keep(connection);
}

/** A browser behind the proxy at 127.0.0.1. @param {Stage} stage @param {string} forwardedFor @param {string} user */
async function browserBehindProxy(stage, forwardedFor, user) {
  const { status, client } = await connectWebSocket({
    port: stage.server.ports.web,
    path: '/ws',
    headers: { 'X-Forwarded-For': forwardedFor },
  });
  if (!client) return { status, phone: undefined, client: undefined };
  const wire = {
    transport: /** @type {'WS'} */ ('WS'),
    host: `${user}.invalid`,
    port: 0,
    send: (/** @type {string | Buffer} */ text) => client.sendText(String(text)),
    onMessage: (/** @type {string} */ _text) => {},
    closed: () => client.closed,
    close: async () => client.close(),
  };
  client.onText = (text) => wire.onMessage(text);
  const password = stage.server.accounts[user];
  const phone = stage.keep(new SipClient(wire, { user, password, domain: stage.server.domain }));
  return { status, phone, client };
}

scene('who guesses passwords is banned, all others are served, and the operator can lift the ban', async (stage) => {
  const office = await phoneAt(stage, kOffice, '1002');
  assert.equal((await office.register()).status, 200);
  const guesser = await phoneAt(stage, kGuesser);
  await guess(guesser, 5);
  await assertIgnored(guesser, office);
  assert.equal((await office.register()).status, 200);

  const stream = await tcpFrom(stage, kGuesser);
  await until('a TCP connection of a banned address is closed', () => stream.closed);
  assert.equal((await get(stage, kGuesser, '/')).status, 0, 'no page either');
  const other = await tcpFrom(stage, kOffice);

  const listed = await until('the ban is listed', async () => {
    const output = await bans(stage, 'list');
    return output.includes(kGuesser) ? output : undefined;
  });
  assert.match(listed, /^127\.0\.0\.3\tuntil .* UTC\tsince .* UTC\tban number 1\ttoo many wrong passwords, at last 1001$/m);
  assert.match(stage.server.log, /127\.0\.0\.3 is banned for 5 minutes: too many wrong passwords, at last 1001/);
  assert.equal(await metric(stage, 'bans'), 1);
  assert.ok((await metric(stage, 'denied_total{reason="banned"}')) > 0);

  assert.match(await bans(stage, 'remove', kGuesser), /the ban of 127\.0\.0\.3 is lifted/);
  await until('the ban is lifted', async () => (await metric(stage, 'bans')) === 0);
  assert.equal((await guesser.register()).status, 200);
  assert.equal(other.closed, false);
  const nobody = await stage.server.command('bans', 'remove', kGuesser);
  assert.notEqual(nobody.code, 0);
  assert.match(nobody.errors, /127\.0\.0\.3 is not banned/);
}, { settings: { guard: { ...kTrust, failures_before_ban: 5 } } });

scene('a ban outlives a restart, and one by hand is taken up by the running server', async (stage) => {
  const guesser = await phoneAt(stage, kGuesser);
  await guess(guesser, 5);
  await stage.server.restart();
  const office = await phoneAt(stage, kOffice, '1002');
  await assertIgnored(guesser, office);
  assert.equal(await metric(stage, 'bans'), 1);

  assert.match(await bans(stage, 'add', kOffice, '--for', '10m'), /127\.0\.0\.2 is banned until/);
  await until('the server knows it', async () => (await metric(stage, 'bans')) === 2);
  await assertIgnored(office, await phoneAt(stage, '127.0.0.4', '1003'));
  const trusted = await stage.server.command('bans', 'add', kOperator);
  assert.match(trusted.errors, /127\.0\.0\.9 is in guard\.trusted_networks/);
}, { settings: { guard: { ...kTrust, failures_before_ban: 5 } } });

scene('extensions that do not exist are guessed as little as passwords, and scanners not at all', async (stage) => {
  const office = await phoneAt(stage, kOffice, '1002');
  const guesser = await phoneAt(stage, kGuesser);
  for (let i = 0; i < 5; ++i) {
    const extension = `sip:${4000 + i}@${guesser.identity.domain}`;
    const request = guesser.request('REGISTER', `sip:${guesser.identity.domain}`, { to: extension });
    assert.equal((await guesser.transact(request)).status, 401);
  }
  await assertIgnored(guesser, office);

  const scanner = await phoneAt(stage, '127.0.0.4');
  const knock = scanner.request('OPTIONS', `sip:${scanner.identity.domain}`, { headers: { 'User-Agent': 'friendly-scanner' } });
  scanner.send(knock);
  assert.equal((await office.options()).status, 200);
  await assertIgnored(scanner, office);
  assert.equal(scanner.received.all.length, 0, 'it was answered');
  assert.equal(await metric(stage, 'bans'), 2);
}, { settings: { guard: { ...kTrust, failures_before_ban: 5 } } });

scene('behind a trusted proxy only the one who guesses is shut out', async (stage) => {
  const good = await browserBehindProxy(stage, '198.51.100.8', '1002');
  assert.equal((await good.phone?.register())?.status, 200);
  // What it claims itself stands to the left of what the proxy adds.
  const bad = await browserBehindProxy(stage, '198.51.100.8, 198.51.100.7', '1001');
  assert.ok(bad.phone);
  await guess(bad.phone, 5);
  await until('its connection is closed', () => bad.client?.closed);

  assert.equal((await browserBehindProxy(stage, '198.51.100.7', '1001')).status, 403);
  const proxy = '127.0.0.1';
  assert.equal((await get(stage, proxy, '/', { headers: { 'X-Forwarded-For': '198.51.100.7' } })).status, 403);
  assert.equal((await get(stage, proxy, '/', { headers: { 'X-Forwarded-For': '198.51.100.8' } })).status, 200);
  assert.equal((await good.phone?.register())?.status, 200);
  assert.equal((await browserBehindProxy(stage, '198.51.100.8', '1003')).status, 101);
  assert.match(await until('the ban is listed', async () => {
    const output = await bans(stage, 'list');
    return output.includes('198.51.100.7') ? output : undefined;
  }), /^198\.51\.100\.7\t/m);
}, { settings: { guard: { ...kTrust, trusted_proxies: ['127.0.0.1'], failures_before_ban: 5 } } });

scene('a flood from one address is answered now and then, and others as ever', async (stage) => {
  const office = await phoneAt(stage, kOffice, '1002');
  const flooder = await phoneAt(stage, kGuesser);
  for (let i = 0; i < 500; ++i) flooder.send(flooder.request('OPTIONS', `sip:${flooder.identity.domain}`));
  const refusal = await flooder.received.take('a refusal', (message) => message.status === 503);
  assert.equal(refusal.header('Retry-After'), '5');
  assert.equal((await office.register()).status, 200);
  await until('the rest is counted', async () => (await metric(stage, 'denied_total{reason="requests"}')) > 400);
  const served = flooder.received.all.filter((message) => message.status === 200).length;
  assert.ok(served >= 1 && served < 100, `${served} of 500 were served`);

  const limited = await until('too many pages are refused as well', async () => {
    const answer = await get(stage, '127.0.0.4', '/server.json');
    return answer.status === 200 ? undefined : answer;
  }, { within: 20_000 });
  assert.ok(limited.status === 429 || limited.status === 0, `${limited.status}`);
  assert.equal((await get(stage, kOffice, '/server.json')).status, 200);
}, { settings: { guard: { ...kTrust, requests_per_second: 2, burst: 50 } } });

scene('one address has so many connections and no more', async (stage) => {
  const open = [];
  for (let i = 0; i < 4; ++i) open.push(await tcpFrom(stage, kGuesser));
  await until('one of them is closed', () => open.some((connection) => connection.closed));
  assert.equal(open.filter((connection) => connection.closed).length, 1);
  const office = await phoneAt(stage, kOffice, '1002');
  assert.equal((await office.options()).status, 200);
  assert.equal(await metric(stage, 'denied_total{reason="connections"}'), 1);
}, { settings: { guard: { ...kTrust, connections_per_address: 3 } } });

scene('the metrics are for those who are trusted', async (stage) => {
  assert.equal((await get(stage, kOffice, '/metrics')).status, 404);
  const brought = { headers: { 'X-Forwarded-For': kOperator } };
  assert.equal((await get(stage, kOperator, '/metrics', brought)).status, 404, 'brought by a proxy that nobody knows');
  assert.equal((await get(stage, kOffice, '/metrics', brought)).status, 404);
  const { status, body, headers } = await get(stage, kOperator, '/metrics');
  assert.equal(status, 200);
  assert.match(String(headers['content-type']), /text\/plain; version=0\.0\.4/);
  for (const name of ['calls', 'bindings', 'transactions', 'connections', 'bans', 'bans_total', 'requests_admitted_total']) {
    assert.match(body, new RegExp(`^webcalling_${name} \\d+$`, 'm'));
  }
  assert.match(body, /^# TYPE webcalling_denied_total counter$/m);
}, { settings: { guard: kTrust } });
