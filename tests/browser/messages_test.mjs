// Texts between the web phone and another one (RFC 3428), also while either is away.
// @ts-check
import assert from 'node:assert/strict';
import { scene } from '../peers/stage.mjs';
import { kWindows, misfits, openPage } from '../peers/web_pages.mjs';

/** @typedef {import('../peers/web_phone.mjs').WebPhone} WebPhone */

/** @param {WebPhone} web @param {string} number */
async function begin(web, number) {
  await openPage(web, 'messages');
  await web.page.fill('#messageNumber', number);
  await web.page.press('#messageNumber', 'Enter');
  await web.page.locator(`.conversation[data-number="${number}"]`).waitFor();
}

/** @param {WebPhone} web @param {string} words */
async function write(web, words) {
  await web.page.fill('#messageText', words);
  await web.page.press('#messageText', 'Enter');
}

/** @param {WebPhone} web @param {string} direction */
function texts(web, direction) {
  return web.page.locator(`.message[data-direction=${direction}] .message-text`).allTextContents();
}

scene('texts go both ways, and markup stays text', async (stage) => {
  const bob = await stage.client('udp', { user: '1001' });
  bob.answers.add('MESSAGE');
  await bob.register();
  const web = await stage.webPhone('1002');
  await begin(web, '1001');
  const words = 'Grüße, 你好 👋\n<b>"quoted"</b> & 100%';
  await write(web, words);
  assert.equal((await bob.message()).body, words);
  await web.page.locator('[data-direction=outgoing][data-delivery=delivered]').waitFor();

  const markup = '<img src=x onerror="document.title=\'broken into\'"> https://example.com';
  assert.equal((await bob.write('1002', markup)).status, 200);
  await web.page.locator('[data-direction=incoming]').waitFor();
  assert.deepEqual(await texts(web, 'incoming'), [markup]);
  assert.equal(await web.page.locator('#messageLog img, #messageLog a, #messageLog b').count(), 0);
  assert.equal(await web.page.title(), 'WebRTC Phone');
});

scene('a text for a phone that is away is kept, and delivered when it registers', async (stage) => {
  const web = await stage.webPhone('1002');
  await begin(web, '1001');
  await write(web, 'call me back');
  await web.page.locator('[data-delivery=kept]').waitFor();
  const bob = await stage.client('tcp', { user: '1001' });
  bob.answers.add('MESSAGE');
  await bob.register();
  assert.equal((await bob.message()).body, 'call me back');
});

scene('what was written while the web phone was away is there, unread, when it signs in', async (stage) => {
  const bob = await stage.client('udp', { user: '1001' });
  assert.equal((await bob.write('1002', 'one')).status, 202);
  assert.equal((await bob.write('1002', 'two')).status, 202);
  const web = await stage.webPhone('1002');
  await web.page.locator('#unreadCount', { hasText: '2' }).waitFor();
  assert.equal(await web.page.title(), '(2) WebRTC Phone');
  await openPage(web, 'messages');
  await web.page.click('.conversation-entry[data-number="1001"]');
  await web.page.locator('.message').nth(1).waitFor();
  assert.deepEqual(await texts(web, 'incoming'), ['one', 'two']);
  await web.page.locator('#unreadCount').waitFor({ state: 'detached' });
});

scene('an unknown number is said, and conversations are there at the next sign-in', async (stage) => {
  const web = await stage.webPhone('1002');
  await begin(web, '4711');
  await write(web, 'anybody?');
  await web.page.locator('[data-delivery=failed]', { hasText: 'this number does not exist' }).waitFor();
  await openPage(web, 'phone');
  await web.signOut();
  await web.attemptSignIn(stage.server.accounts['1002'] ?? '');
  await web.registered();
  await openPage(web, 'messages');
  await web.page.click('.conversation-entry[data-number="4711"]');
  assert.deepEqual(await texts(web, 'outgoing'), ['anybody?']);
});

scene('the page fits into every window, in one column or two', async (stage) => {
  const bob = await stage.client('udp', { user: '1001' });
  const web = await stage.webPhone('1002');
  assert.equal((await bob.write('1002', 'x'.repeat(300))).status, 200);
  await openPage(web, 'messages');
  const list = web.page.locator('#conversations');
  for (const [name, size] of Object.entries(kWindows)) {
    await web.page.setViewportSize(size);
    assert.deepEqual(await misfits(web, `the list, ${name}`), []);
    await web.page.click('.conversation-entry[data-number="1001"]');
    await web.page.locator('.message').waitFor();
    assert.equal(await list.isVisible(), name === 'wide');
    assert.deepEqual(await misfits(web, `a conversation, ${name}`), []);
    await web.page.click('#closeConversationBtn');
    await list.waitFor();
  }
});
