// A real browser: Debian's Chromium, headless, with a WAV file for a microphone.
// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { voice, writeWav } from './wav.mjs';

/**
 * @typedef {object} Options
 * @property {number} hz the tone that its microphone hears
 * @property {'granted' | 'refused' | 'missing'} [microphone]
 * @property {string} [believes] the only certificate that it believes, by the SHA-256 of its public key; without it, all
 */

const kQuiet = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-sync',
  '--no-first-run',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/**
 * Starts a browser with a profile of its own.
 * @param {string} directory
 * @param {Options} options
 */
export async function launchChromium(directory, { hz, microphone = 'granted', believes }) {
  const file = path.join(directory, 'microphone.wav');
  // The browser's own noise suppression stays on, as for everybody, and takes a tone that never pauses for noise.
  writeWav(file, voice(hz, { steady: false }));
  const profile = path.join(directory, 'profile');
  fs.mkdirSync(profile);
  const devices = ['--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${file}`];
  return chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    headless: true,
    // The server's own certificate is one that a user has to accept.
    ignoreHTTPSErrors: believes === undefined,
    chromiumSandbox: process.getuid?.() !== 0,
    viewport: { width: 1000, height: 760 },
    // Without a fake device the browser looks for a real one, and shall find none.
    env: microphone === 'missing' ? { ...process.env, ALSA_CONFIG_PATH: '/dev/null', PULSE_SERVER: '/nonexistent' } : process.env,
    // The server listens on 127.0.0.1 in tests; a browser otherwise offers no such candidate.
    args: [
      ...kQuiet,
      '--allow-loopback-in-peer-connection',
      ...(believes === undefined ? [] : [`--ignore-certificate-errors-spki-list=${believes}`]),
      ...(microphone === 'missing' ? [] : devices),
      ...(microphone === 'refused' ? ['--deny-permission-prompts'] : ['--use-fake-ui-for-media-stream']),
    ],
  });
}
