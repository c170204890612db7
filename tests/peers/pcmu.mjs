// G.711, the mu-law.
// @ts-check

/** @param {number} sample from -1 to 1 */
export function encodePcmu(sample) {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(32635, Math.round(Math.abs(sample) * 32767)) + 132;
  const exponent = 31 - Math.clz32(magnitude) - 7;
  return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0f)) & 0xff;
}

/** @param {number} byte @returns {number} from -1 to 1 */
export function decodePcmu(byte) {
  const code = ~byte & 0xff;
  const magnitude = ((((code & 0x0f) << 3) + 132) << ((code >> 4) & 7)) - 132;
  return ((code & 0x80) !== 0 ? -magnitude : magnitude) / 32768;
}
