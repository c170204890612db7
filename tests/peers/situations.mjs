// What most tests begin with: two phones that talk, and the proof that they do.
// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { until } from './until.mjs';

/** @typedef {{extension: string, hz: number, ear: import('./ear.mjs').Ear}} Speaker */
/**
 * A phone with a user: baresip or the web phone.
 * @typedef {Speaker & {dial: (number: string) => Promise<void>, accept: () => Promise<void>, hangup: () => Promise<void>}
 *   & Record<'incoming' | 'ringing' | 'established' | 'idle', () => Promise<unknown>>} Phone
 */

/**
 * Each hears the other's tone, from now on, and not its own.
 * @param {Speaker} one
 * @param {Speaker} other
 */
export async function hearEachOther(one, other) {
  await one.ear.forget();
  await other.ear.forget();
  await Promise.all([one.ear.hears(other.hz), other.ear.hears(one.hz)]);
  await one.ear.assertNever(one.hz);
  await other.ear.assertNever(other.hz);
}

/**
 * One calls, the other rings and answers.
 * @param {Phone} caller
 * @param {Phone} callee
 */
export async function connect(caller, callee) {
  await caller.dial(callee.extension);
  await callee.incoming();
  await caller.ringing();
  await callee.accept();
  await Promise.all([caller.established(), callee.established()]);
}

/**
 * One hangs up, the other notices, and nothing is left of the call.
 * @param {Phone} one
 * @param {Phone & {closed: () => Promise<unknown>}} other
 */
export async function disconnect(one, other) {
  await one.hangup();
  await other.closed();
  await Promise.all([one.idle(), other.idle()]);
}

/**
 * Kills the server once a call with this number is in its file, which takes a tenth of a second, and starts it again.
 * @param {{server: import('./server.mjs').Server}} stage
 * @param {string} number
 */
export async function killAndStart({ server }, number) {
  const log = path.join(server.dataDirectory, 'calls.db-wal');
  await until('the call is written down', () => fs.existsSync(log) && fs.readFileSync(log, 'latin1').includes(number));
  await server.kill();
  await server.start();
}

/**
 * The held side hears music and not the holder.
 * @param {Speaker} held
 * @param {Speaker} holder
 */
export async function hearsMusicInsteadOf(held, holder) {
  await held.ear.forget();
  await held.ear.hearsOtherThan([held.hz, holder.hz], { seconds: 1 });
  await held.ear.assertNever(holder.hz, { grace: 0.4 });
}

/**
 * Each hears all the others, from now on, and not itself.
 * @param {...Speaker} speakers
 */
export async function allHearEachOther(...speakers) {
  for (const speaker of speakers) await speaker.ear.forget();
  const pairs = speakers.flatMap((one) => speakers.filter((other) => other !== one).map((other) => ({ one, other })));
  // What the browser's noise suppression leaves of its tone is softer than a phone's. A tone's leakage into the next voice is
  // far below 5 percent: 200 Hz are eight windows' lines away.
  await Promise.all(pairs.map(({ one, other }) => one.ear.hears(other.hz, { share: 0.05 })));
  for (const speaker of speakers) await speaker.ear.assertNever(speaker.hz);
}

/**
 * For a second it does not hear this one; what it hears instead does not matter.
 * @param {Speaker} speaker
 * @param {Speaker} other
 */
export async function doesNotHear(speaker, other) {
  await speaker.ear.forget();
  await speaker.ear.listensFor(1);
  await speaker.ear.assertNever(other.hz, { grace: 0.4 });
}
