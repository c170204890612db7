// STUN messages as a test needs them (RFC 8489): checks of ICE, and those that break the rules.
// @ts-check
import crypto from 'node:crypto';
import zlib from 'node:zlib';

const kCookie = 0x2112a442;
export const kAttribute = { username: 0x0006, integrity: 0x0008, error: 0x0009, mapped: 0x0020, priority: 0x0024, useCandidate: 0x0025, fingerprint: 0x8028, controlling: 0x802a };

/** RFC 1952 section 8, also below Node.js 22. @param {Buffer} bytes */
function crc32(bytes) {
  if ('crc32' in zlib) return /** @type {(bytes: Buffer) => number} */ (zlib.crc32)(bytes);
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; ++bit) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** Padded to four bytes. @param {number} type @param {Buffer | string} [value] @param {number} [length] as it claims */
export function attribute(type, value = '', length) {
  const bytes = Buffer.from(value);
  const header = Buffer.alloc(4);
  header.writeUInt16BE(type);
  header.writeUInt16BE(length ?? bytes.length, 2);
  return Buffer.concat([header, bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

/** @param {number} type @param {Buffer} body @param {Buffer} transaction @param {number} [length] as it claims */
function message(type, body, transaction, length = body.length) {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(type);
  header.writeUInt16BE(length & 0xffff, 2);
  header.writeUInt32BE(kCookie, 4);
  transaction.copy(header, 8);
  return Buffer.concat([header, body]);
}

/**
 * A binding request.
 * @param {Buffer[]} attributes
 * @param {{password?: string, type?: number, fingerprint?: boolean, length?: number}} [options] without `password` it is not signed
 */
export function bindingRequest(attributes, { password, type = 1, fingerprint = true, length } = {}) {
  const transaction = crypto.randomBytes(12);
  let body = Buffer.concat(attributes);
  if (password !== undefined) {
    const signed = message(type, body, transaction, body.length + 24);
    body = Buffer.concat([body, attribute(kAttribute.integrity, crypto.createHmac('sha1', password).update(signed).digest())]);
  }
  if (fingerprint) {
    const value = Buffer.alloc(4);
    value.writeUInt32BE((crc32(message(type, body, transaction, body.length + 8)) ^ 0x5354554e) >>> 0);
    body = Buffer.concat([body, attribute(kAttribute.fingerprint, value)]);
  }
  return message(type, body, transaction, length);
}

/**
 * A connectivity check of a controlling agent (RFC 8445 section 7.1).
 * @param {{ufrag: string, pwd: string}} remote
 */
export function check({ ufrag, pwd }) {
  const attributes = [
    attribute(kAttribute.username, `${ufrag}:them`),
    attribute(kAttribute.priority, Buffer.from([0x6e, 0, 0, 0xff])),
    attribute(kAttribute.controlling, Buffer.alloc(8, 1)),
    attribute(kAttribute.useCandidate),
  ];
  return bindingRequest(attributes, { password: pwd });
}

/** The code of an error response, 200 for a success. @param {Buffer} answer */
export function stunStatus(answer) {
  const type = answer.readUInt16BE(0);
  if (type === 0x0101) return 200;
  if (type !== 0x0111) return undefined;
  const at = answer.indexOf(Buffer.from([0, kAttribute.error]), 20);
  return at < 0 ? undefined : answer[at + 6] * 100 + answer[at + 7];
}
