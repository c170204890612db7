// Who can be called, whether they are there, and whom the user knows.
// @ts-check
import assert from 'node:assert/strict';
import { connect, hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';
import { kWindows, misfits, openPage, pictureFolder } from '../peers/web_pages.mjs';

/** @typedef {import('../peers/web_phone.mjs').WebPhone} WebPhone */

/** @param {WebPhone} web @param {string} number */
function person(web, number) {
  return web.page.locator(`.person[data-number="${number}"]`);
}

/** @param {WebPhone} web @param {string} number @param {'available' | 'on-the-phone' | 'away'} state @param {number} [within] */
async function stands(web, number, state, within = 12_000) {
  await web.page.locator(`.person[data-number="${number}"][data-presence=${state}]`).waitFor({ timeout: within });
}

scene('the directory says who is there, who talks and who is away', async (stage, t) => {
  const web = await stage.webPhone('1002');
  await openPage(web, 'people');
  await stands(web, '1001', 'away');
  const bob = await stage.phone('1001');
  await stands(web, '1001', 'available');
  const carol = await stage.phone('1003');
  await connect(carol, bob);
  await stands(web, '1001', 'on-the-phone');
  await stands(web, '1003', 'on-the-phone');
  assert.equal(await person(web, '1002').count(), 0, 'oneself is not listed');
  await web.screenshot(`${pictureFolder(stage, t)}/people.png`);
  await carol.hangup();
  await stands(web, '1001', 'available');
});

scene('presence is there again after the server was restarted', async (stage) => {
  await stage.phone('1001');
  const web = await stage.webPhone('1002');
  await openPage(web, 'people');
  await stands(web, '1001', 'available');
  await stage.server.stop();
  await web.page.locator('.person[data-number="1001"]:not([data-presence])').waitFor();
  await stage.server.start();
  await web.registered(20_000);
  await stands(web, '1001', 'available');
});

scene('a favourite and a contact outlive a reload, and markup in a name is text', async (stage) => {
  const web = await stage.webPhone('1002');
  await openPage(web, 'people');
  await person(web, '1003').locator('[data-action=star]').click();
  await web.page.locator('#favourites .person[data-number="1003"]').waitFor();
  const name = '<img src=x onerror="document.title=\'broken into\'"> & Söhne';
  await web.page.click('#newContactBtn');
  await web.page.fill('#contactName', name);
  await web.page.fill('#contactNumber', '+49 (30) 555-0100');
  await web.page.press('#contactNumber', 'Enter');
  await web.page.locator('#contacts .person').waitFor();
  await web.page.reload();
  await web.signedInAgain();
  await web.page.locator('#favourites .person[data-number="1003"]').waitFor();
  assert.equal(await web.page.locator('#contacts .entry-name').textContent(), name);
  assert.equal(await web.page.locator('.person img').count(), 0);
  assert.equal(await web.page.title(), 'WebRTC Phone');
  for (const [window, size] of Object.entries(kWindows)) {
    await web.page.setViewportSize(size);
    assert.deepEqual(await misfits(web, window), []);
  }
  await web.page.fill('#peopleSearch', 'sohne');
  await person(web, '1003').waitFor({ state: 'detached' });
  await person(web, '+49 (30) 555-0100').locator('[data-action=edit]').click();
  await web.page.click('#deleteContactBtn');
  await web.page.click('#contactDialog [data-action=confirm]');
  await web.page.locator('#contacts').waitFor({ state: 'detached' });
});

scene('somebody is called from the list, and called by name under which the user knows them', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002');
  await openPage(web, 'people');
  await web.page.click('#newContactBtn');
  await web.page.fill('#contactName', 'My Bob');
  await web.page.fill('#contactNumber', '1001');
  await web.page.press('#contactNumber', 'Enter');
  await person(web, '1001').locator('.btn-outline-success').click();
  await bob.incoming();
  await bob.accept();
  await web.established();
  assert.equal(await web.page.locator('#callPeer').textContent(), 'My Bob');
  await hearEachOther(web, bob);
  await web.hangup();
  await bob.closed();
  await web.idle();
  await bob.dial('1002');
  await web.incoming();
  assert.match((await web.page.locator('#callState').textContent()) ?? '', /My Bob/);
  await web.reject();
  await bob.closed();
});

scene('a name is found in the dial field, and called by keyboard alone', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002');
  await openPage(web, 'people');
  await web.page.click('#newContactBtn');
  await web.page.fill('#contactName', 'Zoë Öztürk');
  await web.page.fill('#contactNumber', '1001');
  await web.page.press('#contactNumber', 'Enter');
  await person(web, '1001').waitFor();
  await openPage(web, 'phone');
  await web.page.focus('#newCallBtn');
  await web.page.keyboard.press('Enter');
  await web.page.locator('#phoneNumber:focus').waitFor();
  await web.page.keyboard.type('oztu');
  await web.page.locator('.suggestion[data-number="1001"]').waitFor();
  await web.page.keyboard.press('ArrowDown');
  await web.page.keyboard.press('Enter');
  await bob.incoming();
  await bob.accept();
  await web.established();
  await hearEachOther(web, bob);
  await web.hangup();
  await bob.closed();
});
