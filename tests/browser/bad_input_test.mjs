// What a user, a stranger or a broken server may give the phone in the middle of a call: each has its sentence, nothing is
// rendered as HTML, and the call goes on.
// @ts-check
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { keyHash, makeCertificate } from '../peers/certificate.mjs';
import { connect, hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';
import { openPage } from '../peers/web_pages.mjs';

/** @typedef {import('../peers/stage.mjs').Stage} Stage */
/** @typedef {import('../peers/web_phone.mjs').WebPhone} WebPhone */

/** @param {WebPhone} web @param {string} selector @param {RegExp} words */
async function says(web, selector, words) {
  const element = web.page.locator(selector);
  await element.waitFor();
  assert.match((await element.textContent()) ?? '', words);
}

/** @param {Stage} stage */
async function inCall(stage) {
  const bob = await stage.phone('1001', { speaks: 60 });
  const web = await stage.webPhone('1002');
  await connect(web, bob);
  await hearEachOther(web, bob);
  return { bob, web };
}

scene('a number that is none', async (stage) => {
  const { bob, web } = await inCall(stage);
  await web.page.click('#transferBtn');
  await web.page.fill('#transferNumber', '<script>1003</script>');
  await web.page.press('#transferNumber', 'Enter');
  await says(web, '#transferError', /This cannot be dialled/);
  await web.page.goto(`${stage.server.url}?dial=${encodeURIComponent('1003;<b>x')}`);
  await web.signedInAgain();
  await web.established();
  await says(web, '#dialRequest', /spelt with letters/);
  assert.equal(await web.page.locator('#dialRequest b').count(), 0);
  await web.page.keyboard.press('Escape');
  await hearEachOther(web, bob);
});

scene('a caller with markup for a name', async (stage) => {
  const name = '<img src=x onerror="document.title=\'broken into\'">';
  const { code, errors } = await stage.server.command('account', 'add', '1004', '--password', 'Yt6-four-bees', '--name', name);
  assert.equal(code, 0, errors);
  const { bob, web } = await inCall(stage);
  const eve = await stage.client('udp', { user: '1004', password: 'Yt6-four-bees' });
  const answer = eve.call(`sip:1002@${stage.server.domain}`);
  await web.line('1004', /^incoming$/);
  assert.match((await web.page.locator('.call-line[data-number="1004"]').textContent()) ?? '', /<img src=x/);
  assert.equal(await web.page.locator('main img').count(), 0);
  assert.doesNotMatch(await web.page.title(), /^broken into$/);
  await web.press('reject', '1004');
  assert.equal((await answer).status, 603);
  await hearEachOther(web, bob);
});

scene('a text of 64 kB, out and in', async (stage) => {
  const { bob, web } = await inCall(stage);
  const long = 'x'.repeat(65_536);
  await openPage(web, 'messages');
  await web.page.fill('#messageNumber', '1001');
  await web.page.press('#messageNumber', 'Enter');
  await web.page.fill('#messageText', long);
  await web.page.press('#messageText', 'Enter');
  await says(web, '#messageError', /too long.*32,768 bytes/);
  assert.equal(await web.page.locator('.message').count(), 0);
  const eve = await stage.client('tcp', { user: '1003' });
  assert.equal((await eve.write('1002', long)).status, 513);
  await hearEachOther(web, bob);
});

scene('a server that answers nonsense', async (stage) => {
  const bob = await stage.phone('1001', { speaks: 60 });
  const web = await stage.openWebPhone('1002');
  /** @type {import('playwright-core').WebSocketRoute | undefined} */
  let socket;
  await web.page.routeWebSocket(/\/ws$/, (route) => {
    socket = route;
    const server = route.connectToServer();
    server.onMessage((message) => route.send(message));
    route.onMessage((message) => server.send(message));
  });
  await web.page.reload();
  await web.signIn();
  await connect(web, bob);
  await hearEachOther(web, bob);
  const nonsense = [
    '',
    '\0\0\0',
    'HTTP/1.1 200 OK\r\n\r\n',
    'SIP/2.0 200 OK\r\n\r\n',
    'SIP/2.0 999 <b>What</b>\r\nVia: nobody\r\nCSeq: x\r\n\r\n',
    'INVITE sip:x SIP/2.0\r\nContent-Length: 99999999\r\n\r\n',
    'BYE sip:1002@127.0.0.1 SIP/2.0\r\nCall-ID: nobody\r\nCSeq: 1 BYE\r\nFrom: <\r\nTo: >\r\n\r\n',
    `OPTIONS sip:1002@127.0.0.1 SIP/2.0\r\nX-Long: ${'y'.repeat(1_000_000)}\r\n\r\n`,
  ];
  for (const text of nonsense) socket?.send(text);
  socket?.send(Buffer.from([0xff, 0xfe, 0x00, 0x80]));
  await hearEachOther(web, bob);
  assert.equal(await web.page.getAttribute('[data-testid=phone]', 'data-registration'), 'registered');

  await openPage(web, 'history');
  await web.page.locator('#historyFilter').waitFor();
  const answers = [['Missed', '<h1>It works!</h1>'], ['Outgoing', '{"calls":7}'], ['All', '[[[[[[']];
  for (const [filter, body] of answers) {
    await web.page.route('**/api/history*', (route) => route.fulfill({ status: 200, contentType: 'application/json', body }));
    await web.page.locator('#historyFilter label', { hasText: filter }).click();
    await says(web, '#historyProblem[data-problem=nonsense]', /not understood/);
    await web.page.unroute('**/api/history*');
  }
  await openPage(web, 'phone');
  await web.hold();
  await web.resume();
  await hearEachOther(web, bob);
});

scene('storage that is full', async (stage) => {
  const { bob, web } = await inCall(stage);
  await web.page.evaluate(() => {
    for (let size = 5_000_000; size >= 1; size = Math.floor(size / 2)) {
      for (let i = 0; ; ++i) {
        try {
          localStorage.setItem(`full-${size}-${i}`, 'x'.repeat(size));
        } catch {
          break;
        }
      }
    }
  });
  await openPage(web, 'people');
  await web.page.click('#newContactBtn');
  await web.page.fill('#contactName', 'Carol');
  await web.page.fill('#contactNumber', '1003');
  await web.page.press('#contactNumber', 'Enter');
  await says(web, '#contactsProblem', /full/);
  await hearEachOther(web, bob);
});

scene('a certificate that has changed', async (stage) => {
  const { server } = stage;
  const first = await makeCertificate(stage, 'first.example');
  const second = await makeCertificate(stage, 'second.example');
  server.settings = { tls: { certificate: first.certificate, private_key: first.key } };
  server.writeSettings();
  await server.start();
  const bob = await stage.phone('1001', { speaks: 60 });
  const web = await stage.openWebPhone('1002', { url: server.secureUrl, believes: keyHash(first.certificate) });
  /** @type {(() => void)[]} */
  const cuts = [];
  await web.page.routeWebSocket(/\/ws$/, (route) => {
    const near = route;
    const far = route.connectToServer();
    cuts.push(() => {
      void far.close();
      void near.close();
    });
  });
  await web.page.reload();
  await web.signIn();
  await connect(web, bob);
  await hearEachOther(web, bob);
  fs.copyFileSync(second.certificate, first.certificate);
  fs.copyFileSync(second.key, first.key);
  server.reload();
  await until('the server shows the new certificate', () => /shown the TLS certificate for second\.example/.test(server.log));
  for (const cut of cuts) cut();
  await web.registration(/^reconnecting$/);
  const notice = web.page.locator('#longSilence');
  await notice.waitFor({ timeout: 30_000 });
  assert.match((await notice.textContent()) ?? '', /Your call goes on.*new certificate/);
  await hearEachOther(web, bob);
}, { start: false });
