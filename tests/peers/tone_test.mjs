// @ts-check
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { Ear } from './ear.mjs';
import { hasTone, isSilent, shareAt, timeline, windowCount } from './tone.mjs';
import { readWav, voice, writeWav } from './wav.mjs';

/** @param {import('./wav.mjs').Sound[]} sounds */
function join(...sounds) {
  const samples = new Float32Array(sounds.reduce((length, sound) => length + sound.samples.length, 0));
  let at = 0;
  for (const sound of sounds) {
    samples.set(sound.samples, at);
    at += sound.samples.length;
  }
  return { rate: sounds[0].rate, samples };
}

const silence = { rate: 48_000, samples: new Float32Array(48_000) };

test('a pure tone has all of its power at its frequency and none at another', () => {
  const { rate, samples } = voice(440, { seconds: 1 });
  assert.ok(shareAt(samples.subarray(0, 1920), rate, 440) > 0.98);
  assert.ok(shareAt(samples.subarray(0, 1920), rate, 660) < 0.02);
});

test('a tone is heard in noise, and noise alone is no tone', () => {
  const sound = voice(880, { seconds: 1, level: 0.2 });
  const noise = { rate: sound.rate, samples: sound.samples.map(() => (Math.random() - 0.5) * 0.2) };
  const both = { rate: sound.rate, samples: sound.samples.map((sample, i) => sample + noise.samples[i]) };
  assert.ok(hasTone(both, 880));
  assert.ok(!hasTone(noise, 880));
});

test('silence is silence, and holds no tone', () => {
  assert.ok(timeline(silence, [440]).every(isSilent));
  assert.ok(!hasTone(silence, 440));
});

test('a voice pauses and its tone is still heard', () => {
  const speech = voice(660, { seconds: 2, steady: false });
  assert.ok(hasTone(speech, 660, { seconds: 1 }));
  assert.ok(timeline(speech, []).some(isSilent));
});

test('a WAV file comes back as it was written, also while its header still counts no data', () => {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'webcalling-wav-')), 'voice.wav');
  const sound = voice(523, { seconds: 1 });
  writeWav(file, sound);
  assert.equal(readWav(file).samples.length, sound.samples.length);
  assert.ok(hasTone(readWav(file), 523));
  const bytes = fs.readFileSync(file);
  bytes.writeUInt32LE(0, 40);
  fs.writeFileSync(file, bytes);
  assert.equal(readWav(file).samples.length, sound.samples.length);
  fs.rmSync(path.dirname(file), { recursive: true });
});

test('windows are the same whether those before them are looked at or not', () => {
  for (const [seconds, rate] of [[0.039, 8000], [0.04, 8000], [1.234, 8000], [0.5, 48000]]) {
    const sound = { rate, samples: voice(440, { seconds }).samples.subarray(0, Math.floor(seconds * rate)) };
    const all = timeline(sound, [440]);
    assert.equal(windowCount(sound), all.length);
    assert.deepEqual(timeline(sound, [440], 3), all.slice(3));
  }
});

test('an ear tells a tone that stopped from one that goes on', async () => {
  let heard = [voice(440, { seconds: 1 })];
  const ear = new Ear('the ear', () => heard);
  await ear.hears(440);
  await ear.forget();
  heard = [join(heard[0], voice(700, { seconds: 1 }))];
  await ear.assertNever(440);
  await ear.hearsOtherThan([440]);
  heard = [join(heard[0], voice(440, { seconds: 1 }))];
  await assert.rejects(ear.assertNever(440), /should not hear 440 Hz/);
});
