// The first messages of a TLS or DTLS handshake, byte by byte (RFC 5246, RFC 6347): for clients that break off, lie, or show a
// certificate that none should read.
// @ts-check
import crypto from 'node:crypto';

export const kMessage = { clientHello: 1, helloVerify: 3, serverHello: 2, certificate: 11, helloDone: 14 };
const kNullCipher = 0x0002;
const kEcdheEcdsa = 0xc02b;
const kEcdheRsa = 0xc02f;

/** @param {number} bytes @param {number} value */
function number(bytes, value) {
  const out = Buffer.alloc(bytes);
  out.writeUIntBE(value, 0, bytes);
  return out;
}

/** With its length in front. @param {number} bytes of the length @param {...Buffer} parts */
function vector(bytes, ...parts) {
  const all = Buffer.concat(parts);
  return Buffer.concat([number(bytes, all.length), all]);
}

/** @param {number} type @param {Buffer} body */
function extension(type, body) {
  return Buffer.concat([number(2, type), vector(2, body)]);
}

/** @param {{datagram: boolean, random?: Buffer, cookie?: Buffer, ciphers?: number[]}} options */
function clientHello({ datagram, random = crypto.randomBytes(32), cookie = Buffer.alloc(0), ciphers = [kEcdheEcdsa, kEcdheRsa] }) {
  const extensions = [
    extension(10, vector(2, number(2, 23))), // P-256
    extension(11, vector(1, number(1, 0))),
    extension(13, vector(2, number(2, 0x0403), number(2, 0x0401))),
    ...(datagram ? [extension(14, Buffer.concat([vector(2, number(2, 1)), number(1, 0)]))] : []), // use_srtp (RFC 5764)
  ];
  return Buffer.concat([
    number(2, datagram ? 0xfefd : 0x0303),
    random,
    vector(1),
    ...(datagram ? [vector(1, cookie)] : []),
    vector(2, ...ciphers.map((cipher) => number(2, cipher))),
    vector(1, number(1, 0)),
    vector(2, ...extensions),
  ]);
}

/** @param {Buffer} der */
function certificateMessage(der) {
  return vector(3, vector(3, der));
}

/** The messages of one handshake over datagrams; records and messages are counted. */
export class DatagramHandshake {
  /** The hello with the cookie is otherwise the same (RFC 6347 section 4.2.1). */
  #random = crypto.randomBytes(32);
  #message = 0;
  #record = 0;

  /** @param {number} type @param {Buffer} body */
  #wrap(type, body) {
    const handshake = Buffer.concat([number(1, type), number(3, body.length), number(2, this.#message++), number(3, 0), vector(3, body)]);
    return Buffer.concat([number(1, 22), number(2, 0xfefd), number(2, 0), number(6, this.#record++), vector(2, handshake)]);
  }

  /** @param {{cookie?: Buffer, nullCipher?: boolean}} [options] */
  hello({ cookie, nullCipher = false } = {}) {
    const ciphers = nullCipher ? [kNullCipher] : undefined;
    return this.#wrap(kMessage.clientHello, clientHello({ datagram: true, random: this.#random, cookie, ciphers }));
  }

  /** @param {Buffer} der */
  certificate(der) {
    return this.#wrap(kMessage.certificate, certificateMessage(der));
  }

  /** The cookie that a server asks to see again. @param {Buffer} datagram */
  static cookieIn(datagram) {
    return datagram[0] === 22 && datagram[13] === kMessage.helloVerify ? datagram.subarray(28, 28 + datagram[27]) : undefined;
  }

  /** Whether the server has said all that it says before it hears us. @param {Buffer} datagram */
  static isDone(datagram) {
    return datagram.indexOf(Buffer.from([kMessage.helloDone, 0, 0, 0])) >= 0;
  }
}

/** The same over a stream. @param {number} type @param {Buffer} body */
function streamRecord(type, body) {
  return Buffer.concat([number(1, 22), number(2, 0x0303), vector(2, number(1, type), vector(3, body))]);
}

export function streamHello() {
  return streamRecord(kMessage.clientHello, clientHello({ datagram: false }));
}

/** @param {Buffer} der */
export function streamCertificate(der) {
  return streamRecord(kMessage.certificate, certificateMessage(der));
}

/** ASN.1 in DER. @param {number} tag @param {...Buffer} parts */
function der(tag, ...parts) {
  const body = Buffer.concat(parts);
  const length = body.length < 128 ? number(1, body.length) : Buffer.concat([number(1, 0x82), number(2, body.length)]);
  return Buffer.concat([number(1, tag), length, body]);
}

const sequence = (/** @type {Buffer[]} */ ...parts) => der(0x30, ...parts);
const integer = (/** @type {string} */ hex) => der(0x02, Buffer.from(hex, 'hex'));
const oid = (/** @type {string} */ hex) => der(0x06, Buffer.from(hex, 'hex'));

/**
 * A certificate whose public key describes its own elliptic curve, over a "prime" that is none and with a compressed base point:
 * taking the root that such a point needs never ended in OpenSSL before 3.0.2 (CVE-2022-0778).
 */
export function certificateWithBadCurve() {
  const byte = (/** @type {string} */ hex) => der(0x04, Buffer.from(hex, 'hex'));
  const curve = sequence(
    integer('01'),
    sequence(oid('2a8648ce3d0101'), integer('02b9')), // prime field; 697 = 17 * 41
    sequence(byte('0000'), byte('0005')),
    byte('020008'), // compressed base point
    integer('02a5'),
    integer('01'),
  );
  const key = sequence(sequence(oid('2a8648ce3d0201'), curve), der(0x03, Buffer.from('00020008', 'hex')));
  const ecdsa = sequence(oid('2a8648ce3d040302'));
  const name = sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from('bad curve')))));
  const time = (/** @type {string} */ text) => der(0x17, Buffer.from(text));
  const validity = sequence(time('200101000000Z'), time('491231235959Z'));
  const body = sequence(der(0xa0, integer('02')), integer('01'), ecdsa, name, validity, name, key);
  const signature = sequence(integer('01'), integer('01'));
  return sequence(body, ecdsa, der(0x03, Buffer.from([0]), signature));
}
