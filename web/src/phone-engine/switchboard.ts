import type { KeptCall } from "./kept-calls";
import type { AudioGraph } from "./media/audio-graph";
import { Merge } from "./merge";
import type { SipCall } from "./sip-call";

/**
 * The calls of this phone, and which of them has the user's ear and mouth: the current one, and the one that is merged with
 * it. Whichever call becomes current, the one before goes on hold. It knows nothing of SIP nor of what is shown.
 */
export class Switchboard {
  readonly #makeGraph: () => AudioGraph | undefined;
  readonly #onChange: () => void;
  #calls: readonly SipCall[] = [];
  #current: SipCall | undefined;
  #merge: Merge | undefined;

  constructor(makeGraph: () => AudioGraph | undefined, onChange: () => void) {
    this.#makeGraph = makeGraph;
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

  get merged(): readonly SipCall[] {
    return this.#merge?.calls ?? [];
  }

  /** What the user is to hear. */
  get heard(): MediaStream | null {
    return this.#merge?.heard ?? this.#current?.remoteStream ?? null;
  }

  find(callId: string): SipCall | undefined {
    return this.#calls.find((call) => call.call.id === callId);
  }

  /** A new call takes the place of those that are over; it becomes the current one only if there is no other. */
  add(call: SipCall): void {
    this.#calls = [...this.live, call];
    this.changed();
  }

  /** The same call as the user sees it, in a new dialog. */
  replace(call: SipCall, successor: SipCall): void {
    if (this.#merge?.has(call)) this.takeOutOfMerge(call);
    const isCurrent = call === this.#current;
    this.#calls = this.#calls.map((each) => (each === call ? successor : each));
    if (isCurrent) this.#setCurrent(successor);
    this.#onChange();
  }

  dismiss(callId: string): void {
    this.#calls = this.#calls.filter((call) => !(call.call.id === callId && call.over));
    this.changed();
  }

  /** Ends them all. */
  clear(): void {
    this.#clear((call) => call.hangUp());
  }

  /** What another page needs to go on with the calls that are answered. */
  get kept(): readonly KeptCall[] {
    return this.#calls.flatMap((call) => call.keep(call === this.#current) ?? []);
  }

  /** Leaves those to another page, and ends the others; one that rings here may ring on elsewhere. */
  leave(): void {
    this.#clear((call) => (call.keep(false) || call.call.phase.kind === "incoming" ? call.leave() : call.hangUp()));
  }

  #clear(end: (call: SipCall) => void): void {
    const calls = this.#calls;
    this.#calls = [];
    for (const call of calls) end(call);
    this.changed();
  }

  /** The user turns to this call; all others that are talked on go on hold, but one that is merged with it. */
  attend(call: SipCall): void {
    if (!this.#merge?.has(call)) this.#unmix();
    this.#setCurrent(call);
    for (const other of this.live) if (!this.#isAttended(other)) this.#holdUnheld(other);
    this.#onChange();
  }

  /** The same, and this one is resumed if we hold it. Who still rings is answered, not switched to. */
  switchTo(call: SipCall): void {
    if (call.over || call.call.phase.kind === "incoming") return;
    this.attend(call);
    if (call.active) void call.setHeld(false);
  }

  hold(call: SipCall): void {
    this.takeOutOfMerge(call);
    void call.setHeld(true);
  }

  /** A call has been answered. If the user has turned to another meanwhile, its far end waits with music. */
  answered(call: SipCall): void {
    if (!this.#isAttended(call)) this.#holdUnheld(call);
  }

  // ---- three talk with each other ----

  async merge(call: SipCall, other: SipCall): Promise<void> {
    if (call === other || !call.canTalk || !other.canTalk) return;
    this.#unmix();
    const graph = this.#makeGraph();
    const merge = graph && new Merge(graph, [call, other]);
    if (!merge?.begin()) {
      graph?.close();
      call.notify("merge-failed");
      return;
    }
    this.#merge = merge;
    this.attend(call);
    const resumed = await Promise.all([call.setHeld(false), other.setHeld(false)]);
    if (this.#merge !== merge || resumed.every(Boolean)) return;
    this.split();
    call.notify("merge-failed");
  }

  /** The microphone of a merged call is another. */
  mixAnew(call: SipCall): void {
    const old = this.#merge;
    if (!old?.has(call)) return;
    const graph = this.#makeGraph();
    const merge = graph && new Merge(graph, old.calls);
    if (!merge?.begin()) {
      this.split();
      return;
    }
    this.#merge = merge;
    old.replaced();
    this.#onChange();
  }

  /** The current call goes on, the other is held. */
  split(): void {
    if (this.#merge && this.#current) this.takeOutOfMerge(this.#merge.other(this.#current), true);
  }

  /** The talk goes on with the other one of the merge. */
  takeOutOfMerge(call: SipCall, hold = false): void {
    if (!this.#merge?.has(call)) return;
    const stays = this.#merge.other(call);
    this.#unmix();
    this.#setCurrent(stays);
    if (hold) this.#holdUnheld(call);
    this.#onChange();
  }

  #unmix(): void {
    this.#merge?.end();
    this.#merge = undefined;
  }

  // ---- who has the ear ----

  /** To be called after any change of a call. */
  changed(): void {
    const left = this.#merge?.calls.find((call) => call.over || !this.#calls.includes(call));
    if (this.#merge && left) this.takeOutOfMerge(left);
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
    for (const call of this.#calls) call.attended = this.#isAttended(call);
  }

  #isAttended(call: SipCall): boolean {
    return call === this.#current || this.#merge?.has(call) === true;
  }

  #holdUnheld(call: SipCall): void {
    if (call.active && !call.holdWished) void call.setHeld(true);
  }
}
