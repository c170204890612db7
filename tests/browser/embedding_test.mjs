// The phone in pages of others: as an element, and by its JavaScript API.
// @ts-check
import assert from 'node:assert/strict';
import path from 'node:path';
import { EmbeddedPhone } from '../peers/embedded_phone.mjs';
import { connect, disconnect, hearEachOther } from '../peers/situations.mjs';
import { scene, voiceOf } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';
import { pictureFolder, seriousFindings } from '../peers/web_pages.mjs';

/** @param {import('../peers/stage.mjs').Stage} stage @param {string} [markup] */
async function embeddedPhone(stage, markup) {
  const phone = await EmbeddedPhone.open(stage.folder('embedded'), {
    extension: '1002',
    password: stage.server.accounts['1002'] ?? 'none',
    hz: voiceOf('1002'),
    server: new URL(stage.server.url).origin,
    markup,
  });
  return stage.keep(phone);
}

scene('a page of others has the phone in it by one element', async (stage, t) => {
  const bob = await stage.phone('1001', { speaks: 60 });
  const phone = await embeddedPhone(stage, '<webcalling-phone extension="1002" number="1001" lang="de"></webcalling-phone>');
  assert.equal(await phone.page.inputValue('[name=extension]'), '1002');
  await phone.page.getByText('Nebenstelle').waitFor();
  await phone.page.evaluate(() => document.querySelector('webcalling-phone')?.setAttribute('lang', 'en'));
  await phone.page.getByText('Extension').waitFor();
  await phone.signIn();
  assert.equal(await phone.page.inputValue('[name=number]'), '1001');

  await connect(phone, bob);
  await hearEachOther(phone, bob);
  await phone.page.screenshot({ path: path.join(pictureFolder(stage, t), 'embedded.png') });
  await phone.press('hold');
  await phone.page.getByText('Call Held').waitFor();
  await phone.press('hold');
  await hearEachOther(phone, bob);
  await disconnect(phone, bob);

  await connect(bob, phone);
  await hearEachOther(phone, bob);
  await phone.page.reload();
  await phone.signIn();
  await phone.established();
  await hearEachOther(phone, bob);
  await disconnect(phone, bob);
  await phone.press('sign-out');
  await phone.page.locator('.sign-in').waitFor();
});

scene('an element that is taken out of its page hangs up, and one that is moved in it does not', async (stage) => {
  const bob = await stage.phone('1001', { speaks: 60 });
  const phone = await embeddedPhone(stage);
  await phone.signIn();
  await connect(phone, bob);
  await phone.page.evaluate(() => {
    const element = document.querySelector('webcalling-phone');
    if (element) document.body.prepend(element);
  });
  await hearEachOther(phone, bob);
  await phone.page.evaluate(() => document.querySelector('webcalling-phone')?.remove());
  await bob.closed();
});

scene('a page calls by the API, with a login from its own server, and is told of everything', async (stage) => {
  const bob = await stage.phone('1001', { speaks: 60 });
  const phone = await embeddedPhone(stage, '');
  const origin = new URL(stage.server.url).origin;
  // What the page's own server does for it: the page never sees the password.
  const answer = await fetch(`${origin}/api/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ extension: '1002', password: stage.server.accounts['1002'] }),
  });
  const { extension, sip } = await answer.json();
  const { page } = phone;
  await page.click('#somewhere');
  const told = () => page.evaluate(() => /** @type {any} */ (window).told);
  await page.evaluate(
    async ([server, login]) => {
      const { createPhone } = await import(`${server}/embed/phone.js`);
      const own = createPhone();
      /** @type {string[]} */
      const told = [];
      own.addEventListener('incomingcall', ({ detail }) => told.push(`incoming ${detail.number}`));
      own.addEventListener('callschange', ({ detail }) => told.push(detail.map((/** @type {any} */ call) => call.state).join()));
      own.addEventListener('callended', ({ detail }) => told.push(`${detail.reason}: ${detail.reasonText}`));
      Object.assign(window, { own, told });
      await own.signIn({ credentials: async () => login });
    },
    /** @type {const} */ ([origin, { extension, ...sip }]),
  );
  assert.equal(await page.evaluate(() => /** @type {any} */ (window).own.registration), 'registered');
  await phone.listen('own');

  const problem = await page.evaluate(() => {
    try {
      return /** @type {any} */ (window).own.call('no number');
    } catch (error) {
      return /** @type {any} */ (error).code;
    }
  });
  assert.equal(problem, 'not-a-number');
  const call = await page.evaluate(() => /** @type {any} */ (window).own.call('10-01'));
  assert.deepEqual([call.number, call.direction, call.state], ['1001', 'outgoing', 'dialling']);
  await bob.incoming();
  await bob.accept();
  await until('the page knows that somebody answered', async () => (await told()).includes('talking'));
  await hearEachOther(phone, bob);
  await page.evaluate((id) => /** @type {any} */ (window).own.setMuted(id, true), call.id);
  await bob.ear.forget();
  await bob.ear.listensFor(1);
  await bob.ear.assertNever(phone.hz, { grace: 0.4 });
  await bob.hangup();
  await until('the page knows why it is over', async () =>
    (await told()).includes('remote-hung-up: The other side ended the call.'),
  );

  await bob.dial('1002');
  await until('the page is told of a call', async () => (await told()).includes('incoming 1001'));
  await page.evaluate(() => {
    const { own } = /** @type {any} */ (window);
    own.answer(own.calls.at(-1).id);
  });
  await bob.established();
  await hearEachOther(phone, bob);
  await page.evaluate(() => /** @type {any} */ (window).own.close());
  await bob.closed();
});

scene('the example that the server has works as it is', async (stage, t) => {
  const web = await stage.openWebPhone('1002');
  const { page } = web;
  await page.goto(new URL('/embed/example.html', stage.server.url).href);
  await page.getByRole('button', { name: '9196' }).click();
  await page.getByText('The phone is not connected at the moment').waitFor();
  await page.fill('[name=extension]', '1002');
  await page.fill('[name=password]', stage.server.accounts['1002'] ?? 'none');
  await page.click('.sign-in button');
  await page.getByText('The phone is registered.').waitFor();
  await page.getByRole('button', { name: '9196' }).click();
  await page.locator('.call[data-number="9196"][data-phase=active]').waitFor();
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    assert.deepEqual(await seriousFindings(web), []);
    await page.screenshot({ path: path.join(pictureFolder(stage, t), `example-${colorScheme}.png`) });
  }
  await page.click('[data-action=end]');
  await page.getByText('You ended the call.').first().waitFor();
});

scene('what is for pages of others has its types, and the rest is not theirs', async (stage) => {
  const origin = new URL(stage.server.url).origin;
  for (const name of ['phone', 'webcalling-phone']) {
    const types = await (await fetch(`${origin}/embed/${name}.d.ts`)).text();
    assert.match(types, /export interface WebCallingPhone/);
    assert.match(types, /export declare function createPhone/);
  }
  const allowed = async (/** @type {string} */ file) => {
    const response = await fetch(`${origin}/${file}`, { headers: { Origin: 'https://crm.example.com' } });
    return response.headers.get('Access-Control-Allow-Origin');
  };
  assert.equal(await allowed('embed/phone.js'), '*');
  assert.equal(await allowed(''), null);
  assert.equal(await allowed('api/config'), null);
});
