// The history that the server keeps, as the web phone shows it.
// @ts-check
import assert from 'node:assert/strict';
import { hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';
import { openPage } from '../peers/web_pages.mjs';

scene('a call is in the history with how it sounded, also after a reload', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002');
  await bob.dial('1002');
  await web.incoming();
  await web.accept();
  await web.established();
  await hearEachOther(web, bob);
  await web.page.locator('#callQuality[data-receiving]').waitFor();
  await web.hangup();
  await bob.closed();
  await openPage(web, 'history');
  const entry = web.page.locator('#historyList li[data-outcome=answered][data-direction=incoming]');
  await entry.locator('.quality-table').waitFor({ state: 'attached' });
  await web.page.reload();
  await web.registered();
  await entry.locator('.quality-table').waitFor({ state: 'attached' });
  assert.equal(await entry.count(), 1);
});

scene('calls are found, called back and deleted', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002');
  await bob.dial('1002');
  await web.incoming();
  await bob.hangup();
  await web.page.locator('#missedCount').waitFor();
  await openPage(web, 'history');
  const list = web.page.locator('#historyList li');
  await web.page.locator('#historyList li[data-outcome=missed]').waitFor();
  assert.equal(await web.page.locator('#missedCount').count(), 0);

  await web.page.locator('#historyFilter label', { hasText: 'Outgoing' }).click();
  await until('no call matches', async () => (await list.count()) === 0);
  await web.page.locator('#historyFilter label', { hasText: 'All' }).click();
  await list.first().waitFor();
  await web.page.fill('#historySearch', '1003');
  await until('nobody has that number', async () => (await list.count()) === 0);
  await web.page.fill('#historySearch', '');
  await list.first().waitFor();

  await list.first().locator('.entry-button').click();
  await bob.incoming();
  await web.hangup();
  await openPage(web, 'history');
  await until('both calls are there', async () => (await list.count()) === 2);
  await list.first().locator('summary').click();
  await list.first().getByRole('button', { name: 'Delete' }).click();
  await list.first().locator('[data-action=confirm]').click();
  await until('one call is left', async () => (await list.count()) === 1);
  await web.page.click('#deleteAllCalls');
  await web.page.locator('[data-confirm] [data-action=confirm]').click();
  await until('no call is left', async () => (await list.count()) === 0);
});

scene('a session that ended elsewhere is called that, and the call goes on', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002');
  await openPage(web, 'history');
  await bob.dial('1002');
  const row = web.page.locator('#callBar .call-row');
  await row.getByRole('button', { name: 'Answer Call' }).click();
  await web.page.locator('#callBar [data-phase=active]').waitFor();
  await web.page.context().clearCookies();
  await web.page.locator('#historyFilter label', { hasText: 'Missed' }).click();
  const problem = web.page.locator('#historyProblem[data-problem=signed-out]');
  await problem.waitFor();
  assert.match((await problem.textContent()) ?? '', /Your session has ended\. Sign in again\./);
  await hearEachOther(web, bob);
});
