// SRTP (RFC 3711, RFC 7714) of one direction, written from the RFCs: the server's own library cannot prove itself.
// @ts-check
import crypto from 'node:crypto';

/** @typedef {'AES_CM_128_HMAC_SHA1_80' | 'AES_CM_128_HMAC_SHA1_32' | 'AEAD_AES_128_GCM'} Suite */

const kSaltLength = { AES_CM_128_HMAC_SHA1_80: 14, AES_CM_128_HMAC_SHA1_32: 14, AEAD_AES_128_GCM: 12 };
const kTagLength = { AES_CM_128_HMAC_SHA1_80: 10, AES_CM_128_HMAC_SHA1_32: 4, AEAD_AES_128_GCM: 16 };
const kKeyLength = 16;

/** Master key and salt, as they stand in a=crypto. @param {Suite} suite */
export function newKey(suite) {
  return crypto.randomBytes(kKeyLength + kSaltLength[suite]);
}

/** @param {Buffer} key @param {Buffer} iv @param {Buffer} input */
function counterMode(key, iv, input) {
  return crypto.createCipheriv('aes-128-ctr', key, iv).update(input);
}

/** Fixed header, contributing sources, extension: what stays in the clear. @param {Buffer} packet */
function headerLength(packet) {
  const withSources = 12 + 4 * (packet[0] & 0x0f);
  return packet[0] & 0x10 ? withSources + 4 + 4 * packet.readUInt16BE(withSources + 2) : withSources;
}

export class SrtpStream {
  #suite;
  #cipherKey;
  #authenticationKey;
  #salt;
  /** Of the last packet: rollover counter and sequence number. @type {number | undefined} */
  #index;

  /** @param {Suite} suite @param {Buffer} keyAndSalt */
  constructor(suite, keyAndSalt) {
    if (keyAndSalt.length !== kKeyLength + kSaltLength[suite]) throw new Error(`${suite}: ${keyAndSalt.length} bytes are no key`);
    this.#suite = suite;
    // RFC 3711 section 4.3.1, with a key derivation rate of zero: the label meets the salt in its eighth byte.
    const derive = (/** @type {number} */ label, /** @type {number} */ length) => {
      const iv = Buffer.alloc(16);
      keyAndSalt.copy(iv, 0, kKeyLength);
      iv[7] ^= label;
      return counterMode(keyAndSalt.subarray(0, kKeyLength), iv, Buffer.alloc(length));
    };
    this.#cipherKey = derive(0, 16);
    this.#authenticationKey = derive(1, 20);
    this.#salt = derive(2, kSaltLength[suite]);
  }

  /** RFC 3711 section 3.3.1. @param {Buffer} packet */
  #indexOf(packet) {
    const sequence = packet.readUInt16BE(2);
    if (this.#index === undefined) return sequence;
    const near = this.#index - (this.#index % 0x10000) + sequence;
    if (near - this.#index > 0x8000 && near >= 0x10000) return near - 0x10000;
    return this.#index - near > 0x8000 ? near + 0x10000 : near;
  }

  /** @param {Buffer} packet @param {number} index */
  #counterModeIv(packet, index) {
    const iv = Buffer.alloc(16);
    this.#salt.copy(iv);
    for (let i = 0; i < 4; ++i) iv[4 + i] ^= packet[8 + i];
    const bytes = Buffer.alloc(6);
    bytes.writeUIntBE(index, 0, 6);
    for (let i = 0; i < 6; ++i) iv[8 + i] ^= bytes[i];
    return iv;
  }

  /** RFC 7714 section 8.1. @param {Buffer} packet @param {number} index */
  #gcmIv(packet, index) {
    const iv = Buffer.alloc(12);
    packet.copy(iv, 2, 8, 12);
    iv.writeUIntBE(index, 6, 6);
    for (let i = 0; i < 12; ++i) iv[i] ^= this.#salt[i];
    return iv;
  }

  /** @param {Buffer} authenticated @param {number} index */
  #tag(authenticated, index) {
    const rollover = Buffer.alloc(4);
    rollover.writeUInt32BE(Math.floor(index / 0x10000));
    const digest = crypto.createHmac('sha1', this.#authenticationKey).update(authenticated).update(rollover).digest();
    return digest.subarray(0, kTagLength[this.#suite]);
  }

  /** @param {Buffer} packet RTP @returns {Buffer} SRTP */
  protect(packet) {
    const index = (this.#index = this.#indexOf(packet));
    const header = packet.subarray(0, headerLength(packet));
    const payload = packet.subarray(header.length);
    if (this.#suite === 'AEAD_AES_128_GCM') {
      const cipher = crypto.createCipheriv('aes-128-gcm', this.#cipherKey, this.#gcmIv(packet, index)).setAAD(header);
      return Buffer.concat([header, cipher.update(payload), cipher.final(), cipher.getAuthTag()]);
    }
    const encrypted = Buffer.concat([header, counterMode(this.#cipherKey, this.#counterModeIv(packet, index), payload)]);
    return Buffer.concat([encrypted, this.#tag(encrypted, index)]);
  }

  /** @param {Buffer} packet SRTP @returns {Buffer | undefined} RTP; nothing if it was not made with this key */
  unprotect(packet) {
    const end = packet.length - kTagLength[this.#suite];
    if (packet.length < 12 || end < headerLength(packet)) return undefined;
    const index = this.#indexOf(packet);
    const header = packet.subarray(0, headerLength(packet));
    const payload = packet.subarray(header.length, end);
    const tag = packet.subarray(end);
    const plain = this.#suite === 'AEAD_AES_128_GCM' ? this.#openGcm(packet, index, { header, payload, tag }) : undefined;
    const fits = plain ?? (this.#suite !== 'AEAD_AES_128_GCM' && this.#tag(packet.subarray(0, end), index).equals(tag));
    if (!fits) return undefined;
    this.#index = Math.max(index, this.#index ?? 0);
    return Buffer.concat([header, plain ?? counterMode(this.#cipherKey, this.#counterModeIv(packet, index), payload)]);
  }

  /** @param {Buffer} packet @param {number} index @param {{header: Buffer, payload: Buffer, tag: Buffer}} parts */
  #openGcm(packet, index, { header, payload, tag }) {
    const decipher = crypto.createDecipheriv('aes-128-gcm', this.#cipherKey, this.#gcmIv(packet, index));
    decipher.setAAD(header).setAuthTag(tag);
    try {
      return Buffer.concat([decipher.update(payload), decipher.final()]);
    } catch {
      return undefined;
    }
  }
}
