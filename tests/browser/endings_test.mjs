// Calls that end early, and what the user is told.
// @ts-check
import assert from 'node:assert/strict';
import { connect } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';

scene('the web phone cancels its call, and the far end stops ringing', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002');
  await web.dial('1001');
  await bob.incoming();
  await web.ringing();
  await web.hangup();
  await web.closed('cancelled');
  await bob.closed();
  await bob.idle();
});

scene('the web phone rejects a call', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002');
  await bob.dial('1002');
  await web.incoming();
  assert.equal(await web.page.locator('#callPeer').getAttribute('data-number'), '1001');
  await web.reject();
  await bob.closed(/4\d\d|603/);
  await web.closed('rejected');
});

scene('a caller who gives up leaves a missed call', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002');
  await bob.dial('1002');
  await web.incoming();
  await bob.hangup();
  assert.match(await web.closed('missed'), /1001/);
});

scene('a call that another phone of the extension answers stops ringing', async (stage) => {
  const web = await stage.webPhone('1002');
  const desk = await stage.phone('1002');
  const bob = await stage.phone('1001');
  await bob.dial('1002');
  await Promise.all([web.incoming(), desk.incoming()]);
  await desk.accept();
  await bob.established();
  await web.closed('answered-elsewhere');
});

scene('a far end that rejects is called busy', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002');
  await web.dial('1001');
  await bob.incoming();
  await bob.hangup();
  assert.match(await web.closed('busy'), /1001 is busy/);
});

scene('an extension without a phone, and a number that nobody has, are told apart', async (stage) => {
  const web = await stage.webPhone('1002');
  await web.dial('1001');
  await web.closed('unavailable');
  await web.dial('7777');
  assert.match(await web.closed('unknown-number'), /7777/);
});

scene('a SIP phone hangs up on the web phone', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002');
  await connect(web, bob);
  await bob.hangup();
  assert.match(await web.closed('remote-hung-up'), /other side ended/);
});

scene('a web phone that is closed in a call does not keep the other side', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002');
  await connect(web, bob);
  await web.page.close();
  await bob.closed(undefined, 45_000);
});
