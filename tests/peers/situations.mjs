// What most tests begin with: two phones that talk, and the proof that they do.
// @ts-check

/** @typedef {{extension: string, hz: number, ear: import('./ear.mjs').Ear}} Speaker */
/** @typedef {import('./baresip.mjs').Baresip} Baresip */

/**
 * Each hears the other's tone, from now on, and not its own.
 * @param {Speaker} one
 * @param {Speaker} other
 */
export async function hearEachOther(one, other) {
  one.ear.forget();
  other.ear.forget();
  await Promise.all([one.ear.hears(other.hz), other.ear.hears(one.hz)]);
  one.ear.assertNever(one.hz);
  other.ear.assertNever(other.hz);
}

/**
 * One calls, the other rings and answers.
 * @param {Baresip} caller
 * @param {Baresip} callee
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
 * @param {Baresip} one
 * @param {Baresip} other
 */
export async function disconnect(one, other) {
  await one.hangup();
  await other.closed();
  await Promise.all([one.idle(), other.idle()]);
}
