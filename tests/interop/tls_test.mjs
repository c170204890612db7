// Encrypted signalling: who is shown which certificate, and what a change of it does to a call.
// @ts-check
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { makeCertificate } from '../peers/certificate.mjs';
import { connect, disconnect, hearEachOther } from '../peers/situations.mjs';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';
import { tlsWire } from '../peers/wire.mjs';

/** @typedef {import('../peers/stage.mjs').Stage} Stage */

/** Whose certificate a new connection is shown. @param {Stage} stage */
async function shownName(stage) {
  const wire = await tlsWire(stage.server.ports.tls);
  await wire.close();
  return wire.certificate.subject.CN;
}

scene('phones register over TLS, call and are called', async (stage) => {
  const alice = await stage.phone('1001', { transport: 'tls' });
  const bob = await stage.phone('1002', { transport: 'tls' });
  await connect(alice, bob);
  await hearEachOther(alice, bob);
  await disconnect(alice, bob);
  await connect(bob, alice);
  await hearEachOther(alice, bob);
  await disconnect(alice, bob);
});

scene('a phone over TLS and one over UDP talk', async (stage) => {
  const alice = await stage.phone('1001', { transport: 'tls' });
  const bob = await stage.phone('1002');
  await connect(bob, alice);
  await hearEachOther(alice, bob);
  await disconnect(bob, alice);
});

scene('the certificate that the server makes names its addresses and is for its owner only', async (stage) => {
  const trusted = fs.readFileSync(stage.server.certificateFile);
  for (const options of [{ ca: trusted }, { ca: trusted, servername: 'localhost' }]) {
    const wire = await tlsWire(stage.server.ports.tls, '127.0.0.1', options);
    await wire.close();
  }
  await assert.rejects(tlsWire(stage.server.ports.tls, '127.0.0.1', { ca: trusted, servername: 'somebody.example' }));
  assert.equal(fs.statSync(stage.server.certificateFile).mode & 0o777, 0o600);
  const before = String(trusted);
  await stage.server.restart();
  assert.equal(fs.readFileSync(stage.server.certificateFile, 'utf8'), before);
});

scene('a new certificate is taken up during a call, whose audio goes on', async (stage) => {
  const { server } = stage;
  const first = await makeCertificate(stage, 'first.example');
  const second = await makeCertificate(stage, 'second.example');
  server.settings = { tls: { certificate: first.certificate, private_key: first.key } };
  server.writeSettings();
  await server.start();
  const alice = await stage.phone('1001', { transport: 'tls' });
  const bob = await stage.phone('1002', { transport: 'tls' });
  await connect(alice, bob);
  await hearEachOther(alice, bob);
  assert.equal(await shownName(stage), 'first.example');

  fs.copyFileSync(second.certificate, first.certificate);
  fs.copyFileSync(second.key, first.key);
  await until('new connections are shown the new certificate', async () => (await shownName(stage)) === 'second.example', {
    within: 15_000,
    every: 250,
  });
  await hearEachOther(alice, bob);
  const phones = [...server.log.matchAll(/registered from (\S+) over TLS/g)].map((match) => match[1]);
  assert.equal(phones.length, 2);
  for (const phone of phones) assert.doesNotMatch(server.log, new RegExp(`connection with ${phone} ended`));
  await disconnect(alice, bob);
}, { start: false });

scene('SIGHUP takes up a new certificate at once, and refuses a broken one', async (stage) => {
  const { server } = stage;
  const first = await makeCertificate(stage, 'first.example');
  const second = await makeCertificate(stage, 'second.example');
  server.settings = { tls: { certificate: first.certificate, private_key: first.key } };
  server.writeSettings();
  await server.start();
  fs.copyFileSync(second.certificate, first.certificate);
  server.reload();
  await until('the server says why it keeps the old certificate', () => /was not replaced.*private key/.test(server.log));
  assert.equal(await shownName(stage), 'first.example');
  fs.copyFileSync(second.key, first.key);
  server.reload();
  await until('the server says what it shows now', () => /shown the TLS certificate for second\.example/.test(server.log));
  assert.equal(await shownName(stage), 'second.example');
  await stage.phone('1001', { transport: 'tls' });
}, { start: false });

scene('a certificate that cannot be used stops the start, and check names it', async (stage) => {
  const { server } = stage;
  const { certificate } = await makeCertificate(stage, 'first.example');
  const { key } = await makeCertificate(stage, 'second.example');
  server.settings = { tls: { certificate, private_key: key } };
  server.writeSettings();
  const { program, code } = await server.endsByItself();
  assert.notEqual(code, 0);
  assert.match(program.errors, /tls\.certificate .*first\.example\.pem: the private key belongs to another/);
  const check = await server.command('check');
  assert.match(check.output, /PROBLEM {2}TLS certificate: tls\.certificate/);
}, { start: false });

scene('the server starts and runs over TLS 1.2 and 1.3, and over nothing older', async (stage) => {
  for (const version of /** @type {const} */ (['TLSv1.2', 'TLSv1.3'])) {
    const wire = await tlsWire(stage.server.ports.tls, '127.0.0.1', {
      rejectUnauthorized: false,
      minVersion: version,
      maxVersion: version,
    });
    await wire.close();
  }
  const old = { rejectUnauthorized: false, minVersion: /** @type {const} */ ('TLSv1'), maxVersion: /** @type {const} */ ('TLSv1.1') };
  await assert.rejects(tlsWire(stage.server.ports.tls, '127.0.0.1', { ...old, ciphers: 'ALL:@SECLEVEL=0' }));
});
