// Signing in and out, and what the user is told when it does not work.
// @ts-check
import assert from 'node:assert/strict';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';

/**
 * How many phones an extension has: a REGISTER without Contact asks (RFC 3261 section 10.2.3).
 * @param {import('../peers/stage.mjs').Stage} stage
 * @param {string} user
 */
async function bindings(stage, user) {
  const client = await stage.client('udp', { user });
  const question = client.request('REGISTER', `sip:${client.identity.domain}`, { to: client.aor });
  const { response } = await client.authenticated(question);
  assert.equal(response.status, 200);
  return response.all('Contact').flatMap((value) => value.split(/,\s*(?=<)/)).length;
}

scene('a user signs in, is shown as registered, and signs out', async (stage) => {
  const phone = await stage.openWebPhone('1002');
  assert.equal(await bindings(stage, '1002'), 0);
  await phone.signIn();
  await phone.screen(/^idle$/);
  assert.match((await phone.page.locator('#statusContent').textContent()) ?? '', /is Registered/);
  assert.match((await phone.page.locator('#currentUser').textContent()) ?? '', /^sip:1002@127\.0\.0\.1/);
  assert.equal(await bindings(stage, '1002'), 1);
  await phone.signOut();
  await until('the binding is gone', async () => (await bindings(stage, '1002')) === 0);
});

scene('a wrong password is called that, for known and unknown extensions alike', async (stage) => {
  for (const extension of ['1002', '8888']) {
    const phone = await stage.openWebPhone(extension);
    await phone.attemptSignIn('not-the-password');
    const error = phone.page.locator('#signInError');
    await error.waitFor();
    assert.match((await error.textContent()) ?? '', new RegExp(`password is wrong for extension ${extension}`));
    await phone.stop();
  }
});

scene('a wrong password can be mended without reloading', async (stage) => {
  const phone = await stage.openWebPhone('1002');
  await phone.attemptSignIn('not-the-password');
  await phone.page.locator('#signInError').waitFor();
  await phone.signIn();
});

scene('a server that is gone is called unreachable', async (stage) => {
  const phone = await stage.openWebPhone('1002');
  await stage.server.stop();
  await phone.attemptSignIn('whatever');
  const error = phone.page.locator('#signInError');
  await error.waitFor({ timeout: 15_000 });
  assert.match((await error.textContent()) ?? '', /cannot be reached/);
});

scene('a reload signs in by itself, keeps no password, and leaves one registration', async (stage) => {
  const phone = await stage.webPhone('1002');
  await phone.page.reload();
  await phone.registered();
  const kept = await phone.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  assert.ok(!kept.includes(stage.server.accounts['1002']), kept);
  await until('one binding is left', async () => (await bindings(stage, '1002')) === 1);
});

scene('who has signed out is asked for the password after a reload', async (stage) => {
  const phone = await stage.webPhone('1002');
  await phone.page.click('#power');
  await phone.page.waitForSelector('#signInForm');
  await until('no binding is left', async () => (await bindings(stage, '1002')) === 0);
  await phone.page.reload();
  await phone.page.waitForSelector('#userAgentId:not([readonly])');
  const answer = await phone.page.evaluate(async () => (await fetch('/api/session')).status);
  assert.equal(answer, 401);
});

scene('the keyboard is enough to sign in', async (stage) => {
  const phone = await stage.openWebPhone('1002');
  await phone.page.focus('#userAgentId');
  await phone.page.keyboard.press('Control+A');
  await phone.page.keyboard.type('1002');
  await phone.page.focus('#password');
  await phone.page.keyboard.type(stage.server.accounts['1002']);
  await phone.page.keyboard.press('Enter');
  await phone.registered();
});

scene('the page names nothing that is loaded from elsewhere', async (stage) => {
  const phone = await stage.openWebPhone('1002');
  const origins = await phone.page.evaluate(() => performance.getEntriesByType('resource').map((entry) => new URL(entry.name).origin));
  assert.deepEqual([...new Set(origins)], [new URL(stage.server.url).origin]);
});
