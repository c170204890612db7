import type { Invitation, Session, SessionDescriptionHandler } from "sip.js";
import { asksForAnswer } from "./auto-answer";
import type { CallSurroundings } from "./call-surroundings";
import type { CallShelf, Keeper, KeptCall } from "./kept-calls";
import type { Line } from "./line";
import type { PhoneAudio } from "./media/phone-audio";
import type { Messaging } from "./messaging/messaging";
import { MAX_CALLS, type PhoneState, type Refusal } from "./phone-engine";
import { quietly } from "./quietly";
import { SipCall } from "./sip-call";
import { soundFor } from "./sounds";
import { Switchboard } from "./switchboard";

/** Whose calls are kept for the page that comes after this one. */
export interface CallKeeper extends Keeper {
  extension: string;
}

export type CallsState = Pick<PhoneState, "calls" | "current" | "merged">;

export interface DeskEvents {
  /** The calls as they are shown, changed. */
  onCalls(state: CallsState): void;
}

/** Where calls begin and come in, and what the user asks of them. It knows nothing of signing in. */
export class CallDesk {
  readonly #audio: PhoneAudio;
  readonly #messaging: Messaging;
  readonly #shelf: CallShelf;
  readonly #events: DeskEvents;
  readonly #calls: Switchboard;
  readonly #callOfSession = new WeakMap<Session, SipCall>();
  #hasLiveCalls = false;
  #keeper: CallKeeper | undefined;
  #callIds = 0;

  constructor(audio: PhoneAudio, messaging: Messaging, shelf: CallShelf, events: DeskEvents) {
    this.#audio = audio;
    this.#messaging = messaging;
    this.#shelf = shelf;
    this.#events = events;
    this.#calls = new Switchboard(audio.makeGraph, () => this.#changed());
  }

  get hasLiveCalls(): boolean {
    return this.#calls.live.length > 0;
  }

  find(callId: string): SipCall | undefined {
    return this.#calls.find(callId);
  }

  // ---- what the user does ----

  dial(line: Line, number: string): void {
    if (this.isFull) return;
    const call = new SipCall(this.#nextCallId(), "outgoing", { number }, this.#surroundings(line));
    this.#calls.add(call);
    this.#calls.attend(call);
    void call.dial();
  }

  /** Another phone of the extension had it until now. */
  moveHere(line: Line, extension: string, before: KeptCall): void {
    const call = new SipCall(this.#nextCallId(), before.direction, before.peer, this.#surroundings(line));
    this.#calls.add(call);
    this.#calls.attend(call);
    void call.resume(before, extension, "not-moved");
  }

  get isFull(): boolean {
    return this.#calls.live.length >= MAX_CALLS;
  }

  answer(callId: string): void {
    const call = this.find(callId);
    if (call?.call.phase.kind !== "incoming") return;
    this.#calls.attend(call);
    void call.answer();
  }

  decline(callId: string, answer?: Refusal): void {
    this.find(callId)?.decline(answer);
  }

  dismiss(callId: string): void {
    this.#calls.dismiss(callId);
  }

  switchTo(callId: string): void {
    const call = this.find(callId);
    if (call) this.#calls.switchTo(call);
  }

  transfer(callId: string, number: string): void {
    const call = this.find(callId);
    if (!call) return;
    this.#calls.takeOutOfMerge(call);
    call.transfer(number);
  }

  undoTransfer(callId: string): void {
    const call = this.find(callId);
    if (call?.undoTransfer()) this.#calls.switchTo(call);
  }

  connect(callId: string, otherId: string): void {
    const other = this.find(otherId);
    if (other) this.find(callId)?.connectWith(other);
  }

  merge(callId: string, otherId: string): void {
    const call = this.find(callId);
    const other = this.find(otherId);
    if (call && other) void this.#calls.merge(call, other);
  }

  split(): void {
    this.#calls.split();
  }

  setHeld(callId: string, held: boolean): void {
    const call = this.find(callId);
    if (!call) return;
    if (held) this.#calls.hold(call);
    else this.#calls.switchTo(call);
  }

  sendDigit(callId: string, digit: string): void {
    if (this.find(callId)?.sendDigit(digit)) this.#audio.sounder.playDigit(digit);
  }

  // ---- what the line does ----

  invited(line: Line, invitation: Invitation, { doNotDisturb, autoAnswer }: PhoneState): void {
    const busy = this.#calls.live.length;
    if (busy >= MAX_CALLS || doNotDisturb) {
      quietly(() => invitation.reject({ statusCode: 486 }));
      return;
    }
    const { uri, displayName } = invitation.assertedIdentity ?? invitation.remoteIdentity;
    const number = uri.user ?? "";
    const name = displayName && displayName !== number ? displayName : undefined;
    const call = new SipCall(this.#nextCallId(), "incoming", { number, name }, this.#surroundings(line));
    this.#calls.add(call);
    call.ring(invitation);
    if (autoAnswer && busy === 0 && asksForAnswer(invitation.request)) call.answerByItself();
    else void this.#audio.microphone.warm();
  }

  connectionLost(): void {
    for (const call of this.#calls.all) call.connectionLost();
  }

  connectionRestored(): void {
    for (const call of this.#calls.all) call.connectionRestored();
  }

  mediaFor(session: Session): SessionDescriptionHandler {
    const call = this.#callOfSession.get(session);
    if (!call) throw new Error("A session without a call asks for media.");
    return call.createMedia();
  }

  // ---- from page to page ----

  /** Registered for the first time: goes on with the calls of the page that was here before, and keeps ours from now on. */
  resume(line: Line, keeper: CallKeeper): void {
    if (this.#keeper) return;
    this.#keeper = keeper;
    for (const before of this.#shelf.take(keeper).slice(0, MAX_CALLS)) this.#resumeCall(line, keeper, before);
  }

  /** Leaves calls that are answered to the page that comes after this one, and ends the others. */
  leave(): void {
    this.#keep();
    this.#keeper = undefined;
    this.#calls.leave();
  }

  /** Ends them all. */
  clear(): void {
    this.#calls.clear();
    this.#keeper = undefined;
  }

  #resumeCall(line: Line, { extension }: CallKeeper, before: KeptCall): void {
    const call = new SipCall(this.#nextCallId(), before.direction, before.peer, this.#surroundings(line));
    void call.resume(before, extension);
    this.#calls.add(call);
    if (before.current) this.#calls.attend(call);
  }

  /** Goes on with a call in a new dialog; false if that is not possible. */
  #takeBack(line: Line, call: SipCall): boolean {
    const before = call.keep(call === this.#calls.current);
    if (!before || !this.#keeper) return false;
    const successor = new SipCall(call.call.id, before.direction, before.peer, this.#surroundings(line));
    void successor.resume(before, this.#keeper.extension);
    this.#calls.replace(call, successor);
    call.leave();
    return true;
  }

  /** Also while the page is there: it may crash. What the page before has kept is not forgotten before it is taken back. */
  #keep(): void {
    if (this.#keeper) this.#shelf.keep(this.#keeper, this.#calls.kept);
  }

  // ---- surroundings ----

  #surroundings(line: Line): CallSurroundings {
    const audio = this.#audio;
    return {
      userAgent: line.userAgent,
      domain: line.domain,
      microphone: audio.microphone,
      get audioContext() {
        return audio.context;
      },
      levels: audio.levels,
      get connected() {
        return line.connected;
      },
      onChange: () => this.#calls.changed(),
      onAnswered: (call) => this.#calls.answered(call),
      onNewMicrophone: (call) => this.#calls.mixAnew(call),
      adopt: (session, call) => this.#callOfSession.set(session, call),
      onMessage: (message) => this.#messaging.receive(message),
      byeLater: (session) => line.byeLater(session),
      takeBack: (call) => this.#takeBack(line, call),
    };
  }

  #nextCallId(): string {
    this.#callIds += 1;
    return `call-${this.#callIds}`;
  }

  #changed(): void {
    const calls = this.#calls.all.map((call) => call.call);
    const current = this.#calls.current?.call;
    const hadLiveCalls = this.#hasLiveCalls;
    this.#hasLiveCalls = this.hasLiveCalls;
    if (hadLiveCalls && !this.#hasLiveCalls) this.#audio.microphone.cool();
    this.#audio.sounder.play(soundFor(calls, current));
    this.#audio.speaker.play(this.#calls.heard);
    this.#keep();
    this.#events.onCalls({ calls, current: current?.id, merged: this.#calls.merged.map(({ call }) => call.id) });
  }
}
