// WAV files, 16 bit PCM: the voices that phones speak with, and the recordings of what they hear.
// @ts-check
import fs from 'node:fs';

/** @typedef {{rate: number, samples: Float32Array}} Sound one channel, samples from -1 to 1 */

const kRate = 48_000;

/**
 * A tone as somebody's voice: syllables with short rests, because echo cancellers and noise suppressors take a tone that never
 * pauses for noise. It loops without a click: whole periods only, every syllable faded in and out.
 * @param {number} hz
 * @param {{seconds?: number, steady?: boolean, level?: number}} [options] `steady` leaves out the rests
 * @returns {Sound}
 */
export function voice(hz, { seconds = 10, steady = true, level = 0.4 } = {}) {
  const samples = new Float32Array(kRate * seconds);
  const syllable = kRate * 0.5;
  const fade = kRate * 0.01;
  for (let i = 0; i < samples.length; ++i) {
    const at = i % syllable;
    const spoken = syllable * 0.8;
    const envelope = steady ? 1 : at < spoken ? Math.min(1, at / fade, (spoken - at) / fade) : 0;
    samples[i] = level * envelope * Math.sin((2 * Math.PI * hz * i) / kRate);
  }
  return { rate: kRate, samples };
}

/** @param {string} file @param {Sound} sound */
export function writeWav(file, { rate, samples }) {
  const bytes = Buffer.alloc(44 + samples.length * 2);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20); // PCM
  bytes.writeUInt16LE(1, 22); // channels
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(samples.length * 2, 40);
  for (let i = 0; i < samples.length; ++i) {
    bytes.writeInt16LE(Math.round(Math.max(-1, Math.min(1, samples[i])) * 32767), 44 + i * 2);
  }
  fs.writeFileSync(file, bytes);
}

/**
 * Reads a WAV file, also one that is still being written: its header then counts no data yet, so everything behind the
 * header counts. Of several channels the first is returned.
 * @param {string} file
 * @returns {Sound}
 */
export function readWav(file) {
  const bytes = fs.readFileSync(file);
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'RIFF') return { rate: kRate, samples: new Float32Array(0) };
  let format = { channels: 1, rate: kRate, bits: 16 };
  for (let at = 12; at + 8 <= bytes.length; ) {
    const id = bytes.toString('latin1', at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    const body = at + 8;
    if (id === 'fmt ' && body + 16 <= bytes.length) {
      format = { channels: bytes.readUInt16LE(body + 2), rate: bytes.readUInt32LE(body + 4), bits: bytes.readUInt16LE(body + 14) };
    }
    if (id === 'data') {
      // The size is written last: until then it is zero.
      return decode(size > 0 ? bytes.subarray(body, body + size) : bytes.subarray(body), format);
    }
    at = body + size + (size % 2);
  }
  return { rate: format.rate, samples: new Float32Array(0) };
}

/**
 * @param {Buffer} pcm
 * @param {{channels: number, rate: number, bits: number}} format
 * @returns {Sound}
 */
function decode(pcm, { channels, rate, bits }) {
  if (bits !== 16) throw new Error(`WAV: ${bits} bits a sample are not supported`);
  const samples = new Float32Array(Math.floor(pcm.length / (2 * channels)));
  for (let i = 0; i < samples.length; ++i) samples[i] = pcm.readInt16LE(i * 2 * channels) / 32768;
  return { rate, samples };
}
