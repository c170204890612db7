// The web phone as an app: notifications with buttons, starting without its server, and a new version during a call.
// @ts-check
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect, hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';

/** @typedef {import('../peers/web_phone.mjs').WebPhone} WebPhone */

const kBuilt = process.env.WEBCALLING_WEB_ROOT ?? fileURLToPath(new URL('../../web/dist', import.meta.url));
/** The phone's files, in a folder where a test may change them. */
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'webcalling-root-'));
fs.cpSync(kBuilt, root, { recursive: true });
after(() => fs.rmSync(root, { recursive: true }));

/** Waits until the service worker has everything and answers for the page. @param {WebPhone} web */
async function controlled({ page }) {
  await until('the service worker controls the page', () =>
    page.evaluate(() => navigator.serviceWorker.controller?.state === 'activated'),
  );
}

/** @param {WebPhone} web */
async function worker({ page }) {
  return until('the service worker', () => page.context().serviceWorkers()[0]);
}

/** @typedef {{title: string, options: {tag: string, data: unknown, actions: {title: string}[]}}} Shown */

/** The notifications that the phone has asked for. @param {WebPhone} web @returns {Promise<Shown[]>} */
async function notifications({ page }) {
  return page.evaluate(() => /** @type {any} */ (window).shownNotifications);
}

/** Those that are on the screen now. @param {WebPhone} web */
async function visible({ page }) {
  return page.evaluate(async () => (await (await navigator.serviceWorker.getRegistration())?.getNotifications())?.length ?? 0);
}

/** @param {WebPhone} web @param {number} count */
async function notified(web, count) {
  await until(`${count} notifications`, async () => (await notifications(web)).length === count);
  return /** @type {Shown} */ ((await notifications(web)).at(-1));
}

/**
 * What the system does when somebody presses a button of the notification. A browser without a desktop may have taken it
 * away again by then, so it is put there once more.
 * @param {WebPhone} web
 * @param {string} action
 * @param {Shown} shown
 */
async function press(web, action, shown) {
  await (await worker(web)).evaluate(
    async ([wanted, { title, options }]) => {
      const scope = /** @type {any} */ (globalThis);
      await scope.registration.showNotification(title, options);
      const [notification] = await scope.registration.getNotifications({ tag: options.tag });
      scope.dispatchEvent(new scope.NotificationEvent('notificationclick', { notification, action: wanted }));
    },
    /** @type {const} */ ([action, shown]),
  );
}

/** A signed-in phone that may show notifications and that nobody is looking at. @param {import('../peers/stage.mjs').Stage} stage */
async function phoneInTheBackground(stage) {
  const web = await stage.webPhone('1002');
  await web.page.context().grantPermissions(['notifications'], { origin: new URL(stage.server.url).origin });
  await controlled(web);
  // Every page of a driven browser believes that it has the focus.
  await web.page.evaluate(() => {
    document.hasFocus = () => false;
    /** @type {unknown[]} */
    const shown = [];
    Object.assign(window, { shownNotifications: shown });
    const show = ServiceWorkerRegistration.prototype.showNotification;
    ServiceWorkerRegistration.prototype.showNotification = function (title, options) {
      shown.push({ title, options });
      return show.call(this, title, options);
    };
  });
  return web;
}

scene('a call in the background is shown with buttons, and answered with one', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await phoneInTheBackground(stage);
  await bob.dial('1002');
  await web.incoming();
  const shown = await notified(web, 1);
  assert.equal(shown.title, 'Incoming Call from 1001');
  assert.deepEqual(shown.options.actions.map(({ title }) => title), ['Answer Call', 'Reject']);
  await press(web, 'answer', shown);
  await web.established();
  await hearEachOther(web, bob);
  await until('the notification is gone', async () => (await visible(web)) === 0);
});

scene('a call in the background is rejected with a button, and one that is missed leaves a mark', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await phoneInTheBackground(stage);
  await bob.dial('1002');
  await press(web, 'reject', await notified(web, 1));
  await bob.closed();
  await web.closed('rejected');
  await web.idle();
  assert.equal(await web.page.title(), 'WebRTC Phone');

  await bob.idle();
  await bob.dial('1002');
  await notified(web, 2);
  await bob.hangup();
  await web.closed('missed');
  await until('the notification is gone', async () => (await visible(web)) === 0);
  assert.equal(await web.page.title(), '(1) WebRTC Phone');
  await web.page.click('#historyTab');
  await until('the mark is gone', async () => (await web.page.title()) === 'WebRTC Phone');
});

scene('the phone is an app that the browser would install', async (stage) => {
  const web = await stage.webPhone('1002');
  await controlled(web);
  const devtools = await web.page.context().newCDPSession(web.page);
  const { errors } = await devtools.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  assert.deepEqual(installabilityErrors, []);
});

scene('nothing but the files of the phone is kept, and with them it starts without its server', async (stage) => {
  const web = await stage.webPhone('1002');
  await controlled(web);
  await web.page.evaluate(async () => {
    await (await fetch('/server.json')).text();
    await (await fetch('/api/anything')).text();
  });
  const kept = await web.page.evaluate(async () => {
    const shelves = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const requests = (await Promise.all(shelves.map((shelf) => shelf.keys()))).flat();
    return requests.map(({ url }) => new URL(url).pathname);
  });
  assert.ok(kept.includes('/'));
  const files = fs.readdirSync(kBuilt, { recursive: true }).map((file) => `/${file}`);
  assert.deepEqual(kept.filter((file) => file !== '/' && !files.includes(file)), []);

  await stage.server.stop();
  await web.page.reload();
  await web.attemptSignIn('whatever');
  await web.page.locator('#signInError').waitFor({ timeout: 15_000 });
  assert.match((await web.page.locator('#signInError').textContent()) ?? '', /cannot be reached/);
});

scene(
  'a new version of the phone leaves a call alone, and comes with the next load',
  async (stage) => {
    const bob = await stage.phone('1001');
    const web = await stage.webPhone('1002');
    await controlled(web);
    // Only a page that came from a version can see it replaced.
    await web.page.reload();
    await web.signedInAgain();
    await connect(web, bob);

    const page = path.join(root, 'index.html');
    fs.writeFileSync(page, fs.readFileSync(page, 'utf8').replace('<body>', '<body data-version="new">'));
    const script = path.join(root, 'service-worker.js');
    fs.writeFileSync(script, `${fs.readFileSync(script, 'utf8').replace(/[0-9a-f]{16}/, 'fedcba9876543210')}\n`);
    // The compressed twins are of the old version.
    for (const file of [page, script]) for (const twin of ['.gz', '.br']) fs.rmSync(file + twin);
    await web.page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
    await until('the new version is kept', () => web.page.evaluate(async () => (await caches.keys()).some((name) => name.endsWith('fedcba9876543210'))));

    await hearEachOther(web, bob);
    await web.page.click('#settingsTab');
    await web.page.locator('#languageChoice').waitFor();
    assert.equal(await web.page.locator('#newVersionBtn').count(), 0);
    await web.page.click('#phoneTab');
    await web.hangup();
    await web.idle();
    await web.page.click('#newVersionBtn');
    await web.page.locator('body[data-version=new] #signInForm').waitFor();
  },
  { settings: { web: { root } } },
);
