import type { SipCall } from "./sip-call";

/**
 * The calls of this phone, and which of them has the user's ear and mouth: the current one. Whichever call that becomes,
 * the one before goes on hold. It knows nothing of SIP nor of what is shown.
 */
export class Switchboard {
  readonly #onChange: () => void;
  #calls: readonly SipCall[] = [];
  #current: SipCall | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Oldest first, with those that are over and not dismissed yet. */
  get all(): readonly SipCall[] {
    return this.#calls;
  }

  get live(): readonly SipCall[] {
    return this.#calls.filter((call) => !call.over);
  }

  get current(): SipCall | undefined {
    return this.#current;
  }

  /** What the user is to hear. */
  get heard(): MediaStream | null {
    return this.#current?.remoteStream ?? null;
  }

  find(callId: string): SipCall | undefined {
    return this.#calls.find((call) => call.call.id === callId);
  }

  /** A new call takes the place of those that are over; it becomes the current one only if there is no other. */
  add(call: SipCall): void {
    this.#calls = [...this.live, call];
    this.changed();
  }

  dismiss(callId: string): void {
    this.#calls = this.#calls.filter((call) => !(call.call.id === callId && call.over));
    this.changed();
  }

  /** Ends them all. */
  clear(): void {
    const calls = this.#calls;
    this.#calls = [];
    for (const call of calls) call.hangUp();
    this.changed();
  }

  /** The user turns to this call; all others that are talked on go on hold. */
  attend(call: SipCall): void {
    this.#setCurrent(call);
    for (const other of this.live) if (other !== call) this.#holdUnheld(other);
    this.#onChange();
  }

  /** The same, and this one is resumed if we hold it. Who still rings is answered, not switched to. */
  switchTo(call: SipCall): void {
    if (call.over || call.call.phase.kind === "incoming") return;
    this.attend(call);
    if (call.active) void call.setHeld(false);
  }

  /** A call has been answered. If the user has turned to another meanwhile, its far end waits with music. */
  answered(call: SipCall): void {
    if (call !== this.#current) this.#holdUnheld(call);
  }

  /** To be called after any change of a call. */
  changed(): void {
    const { live } = this;
    const gone = !this.#current || !this.#calls.includes(this.#current);
    if (gone || (this.#current?.over && live.length > 0)) this.#setCurrent(this.#next(live));
    this.#onChange();
  }

  /** Whom the user turns to when the current call is over: somebody who rings, or else the newest, on hold as it may be. */
  #next(live: readonly SipCall[]): SipCall | undefined {
    return live.find((call) => call.call.phase.kind === "incoming") ?? live.at(-1) ?? this.#calls.at(-1);
  }

  #setCurrent(current: SipCall | undefined): void {
    this.#current = current;
    for (const call of this.#calls) call.attended = call === current;
  }

  #holdUnheld(call: SipCall): void {
    if (call.active && !call.holdWished) void call.setHeld(true);
  }
}
