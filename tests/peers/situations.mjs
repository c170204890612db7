// What most tests begin with: two phones that talk, and the proof that they do.
// @ts-check

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
 * The held side hears music and not the holder.
 * @param {Speaker} held
 * @param {Speaker} holder
 */
export async function hearsMusicInsteadOf(held, holder) {
  await held.ear.forget();
  await held.ear.hearsOtherThan([held.hz, holder.hz], { seconds: 1 });
  await held.ear.assertNever(holder.hz, { grace: 0.4 });
}
