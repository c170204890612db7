// Certificates as an operator has them made.
// @ts-check
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { run } from './program.mjs';

/**
 * Another certificate, as an operator gets one.
 * @param {import('./stage.mjs').Stage} stage
 * @param {string} name
 */
export async function makeCertificate(stage, name) {
  const files = { certificate: path.join(stage.directory, `${name}.pem`), key: path.join(stage.directory, `${name}.key`) };
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', `/CN=${name}`];
  const names = ['-addext', `subjectAltName=DNS:${name},IP:127.0.0.1`];
  const { code, errors } = await run('openssl', [...args, ...names, '-keyout', files.key, '-out', files.certificate], {
    directory: stage.directory,
  });
  assert.equal(code, 0, errors);
  return files;
}

/** By which Chromium knows it: the SHA-256 of its public key. @param {string} file */
export function keyHash(file) {
  const key = new crypto.X509Certificate(fs.readFileSync(file)).publicKey.export({ type: 'spki', format: 'der' });
  return crypto.createHash('sha256').update(key).digest('base64');
}
