// The web phone by https and wss, and on IPv6.
// @ts-check
import assert from 'node:assert/strict';
import os from 'node:os';
import { connect, hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';
import { hostPort } from '../peers/wire.mjs';

const kEverywhere = { sip: { listen_address: '::' }, web: { listen_address: '::' } };

/** An address of this machine that a browser does not take for the machine itself. */
const outside = Object.values(os.networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find((address) => address.family === 'IPv4' && !address.internal)?.address;

scene('the web phone signs in over https, calls a phone over TLS, and is called', async (stage) => {
  const bob = await stage.phone('1001', { transport: 'tls' });
  const web = await stage.webPhone('1002', { url: stage.server.secureUrl });
  assert.match(stage.server.log, /1002 registered from \S+ over WSS/);
  await connect(web, bob);
  await hearEachOther(web, bob);
  await web.hangup();
  await bob.closed();
  await web.closed('hung-up');
  await web.idle();
  await connect(bob, web);
  await hearEachOther(web, bob);
  await bob.hangup();
  await web.closed('remote-hung-up');
});

scene('a page that gets no microphone says so at once, and its link leads to one that does', async (stage, t) => {
  if (!outside) {
    t.skip('this machine has no address of its own');
    return;
  }
  const { web: port, https } = stage.server.ports;
  const web = await stage.openWebPhone('1002', { url: `http://${outside}:${port}/` });
  const link = web.page.locator('#securePage');
  await link.waitFor();
  assert.equal(await link.getAttribute('href'), `https://${outside}:${https}/`);
  await link.click();
  await web.signIn();
  assert.equal(await web.page.locator('#insecurePage').count(), 0);
  await web.dial('9196');
  await web.established();
  await web.ear.hears(web.hz);
}, { settings: kEverywhere });

scene('a call on a page that gets no microphone ends with the address of one that does', async (stage, t) => {
  if (!outside) {
    t.skip('this machine has no address of its own');
    return;
  }
  const { web: port, https } = stage.server.ports;
  const web = await stage.webPhone('1002', { url: `http://${outside}:${port}/` });
  await web.dial('9196');
  assert.match(await web.closed('insecure-page'), new RegExp(`Open the phone at https://${outside}:${https}/$`));
}, { settings: kEverywhere });

scene('http on the https port leads to https', async (stage) => {
  const web = await stage.openWebPhone('1002', { url: `http://${hostPort(stage.server.address, stage.server.ports.https)}/` });
  await web.page.waitForURL(stage.server.secureUrl);
  await web.signIn();
});

scene('the web phone on [::1] hears its echo', async (stage) => {
  const web = await stage.webPhone('1002');
  await web.dial('9196');
  await web.established();
  await web.ear.hears(web.hz);
  await web.hangup();
  await web.closed('hung-up');
}, { address: '::1' });

scene('the web phone on [::1] talks to a phone on 127.0.0.1', async (stage) => {
  const bob = await stage.phone('1001');
  const web = await stage.webPhone('1002', { url: `http://[::1]:${stage.server.ports.web}/` });
  await connect(bob, web);
  await hearEachOther(web, bob);
  await web.hangup();
  await bob.closed();
}, { settings: kEverywhere });
