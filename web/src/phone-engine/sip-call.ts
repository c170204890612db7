import { type Invitation, Inviter, SessionState, URI } from "sip.js";
import { CallAudio } from "./call-audio";
import type { CallSurroundings } from "./call-surroundings";
import { CallTransfer } from "./call-transfer";
import { type EndReason, reasonOfStatus } from "./end-reason";
import { endSession } from "./end-session";
import { type KeptCall, replacesOf } from "./kept-calls";
import type { AudioDescriptionHandler } from "./media/audio-description-handler";
import type { Call, CallNotice, CallPhase, Peer, Refusal } from "./phone-engine";
import { quietly } from "./quietly";
import { Renegotiation } from "./renegotiation";
import { followSession } from "./session-events";
import { forgetMoments, markMoment } from "./timing";

/** One call, from the press of a key to its end. It knows neither other calls nor what is shown. */
export class SipCall {
  readonly #phone: CallSurroundings;
  #call: Call;
  #session: Inviter | Invitation | undefined;
  readonly #audio: CallAudio;
  #renegotiation: Renegotiation | undefined;
  readonly #transfer = new CallTransfer({
    onChange: (transfer) => {
      if (!this.over) this.#update({ transfer });
    },
    onDone: () => this.#transferred(),
  });
  /** The call whose transfer takes this one's far end away. */
  #givenTo: SipCall | undefined;
  /** The call whose far end this one's transfer takes. */
  #consulted: SipCall | undefined;
  /** Hold as last asked for; what has been asked before and not been done yet is no longer wanted. */
  #holdWished = false;
  /** The call as it was before the page was loaded anew. */
  #before: KeptCall | undefined;

  constructor(id: string, direction: Call["direction"], peer: Peer, phone: CallSurroundings) {
    this.#phone = phone;
    const phase: CallPhase = { kind: direction === "outgoing" ? "preparing" : "incoming" };
    const calm = { muted: false, talkingWhileMuted: false, answeredByItself: false, digits: "" };
    this.#call = { id, direction, peer, phase, ...calm };
    this.#audio = this.#makeAudio(phone);
  }

  get call(): Call {
    return this.#call;
  }

  get remoteStream(): MediaStream | null {
    return this.#audio.remoteStream;
  }

  /** What the far end hears if nothing is mixed in. */
  get microphone(): MediaStream | undefined {
    return this.#audio.microphone;
  }

  get over(): boolean {
    return this.#call.phase.kind === "ended";
  }

  /** Both can talk, if neither holds. */
  get active(): boolean {
    return this.#call.phase.kind === "active";
  }

  /** Active, and not about to be somebody else's. */
  get canTalk(): boolean {
    return this.active && !this.#transfer.underWay;
  }

  get held(): boolean {
    const { phase } = this.#call;
    return phase.kind === "active" && phase.held;
  }

  /** On hold, or about to be. */
  get holdWished(): boolean {
    return this.#holdWished;
  }

  /** Its peer is being connected, or has been, with somebody else. */
  get isGiving(): boolean {
    const { phase } = this.#call;
    return this.#transfer.underWay || (phase.kind === "ended" && phase.reason === "transferred");
  }

  /**
   * Whether the user talks on this call. The microphone of another is closed at once, also while the hold that goes with it
   * is on its way, and if it is refused.
   */
  set attended(attended: boolean) {
    this.#audio.attended = attended;
  }

  // ---- what the user does ----

  async dial(): Promise<void> {
    forgetMoments();
    markMoment("call-clicked");
    if (!(await this.#canInvite())) return;
    const target = new URI("sip", this.#call.peer.number, this.#phone.domain);
    const inviter = new Inviter(this.#phone.userAgent, target, { earlyMedia: true });
    this.#take(inviter);
    this.#call = { ...this.#call, sipCallId: inviter.request.callId };
    this.#enter({ kind: "calling" });
    const requestDelegate = {
      onProgress: ({ message }: StatusAndBody) => this.#rings(message.body !== ""),
      onRedirect: () => this.#finish("call-failed"),
      onReject: ({ message }: StatusAndBody) => this.#refused(message.statusCode ?? 500),
    };
    inviter.invite({ requestDelegate }).then(
      () => markMoment("invite-sent"),
      () => this.#finish("call-failed"),
    );
  }

  /** Goes on with a call of another page or phone: the server puts this one in its place (RFC 3891). */
  async resume(before: KeptCall, extension: string, failure: EndReason = "server-lost"): Promise<void> {
    this.#before = before;
    this.#audio.holding = before.held;
    this.#holdWished = before.held;
    this.#update({ phase: { kind: "connecting" }, muted: before.muted });
    if (!(await this.#canInvite())) return;
    const inviter = new Inviter(this.#phone.userAgent, new URI("sip", extension, this.#phone.domain), {
      earlyMedia: true,
      extraHeaders: ["Require: replaces", `Replaces: ${replacesOf(before)}`],
    });
    this.#take(inviter);
    this.#call = { ...this.#call, sipCallId: before.sipCallId || inviter.request.callId };
    const fail = () => this.#finish(failure);
    inviter.invite({ requestDelegate: { onRedirect: fail, onReject: fail } }).catch(fail);
  }

  /** What another page needs to go on with it; nothing if that is not possible now. */
  keep(current: boolean): KeptCall | undefined {
    const { phase, sipCallId = "", direction, peer, muted } = this.#call;
    const dialog = this.#session?.state === SessionState.Established ? this.#session.dialog : undefined;
    if (phase.kind !== "active" || !dialog || this.#transfer.underWay) return undefined;
    const { callId, localTag, remoteTag } = dialog;
    return {
      callId,
      localTag,
      remoteTag,
      sipCallId,
      direction,
      peer,
      muted,
      since: phase.since,
      held: this.#audio.holding,
      current,
    };
  }

  /** Leaves it to another page, without a word to the server. One that rings goes on ringing elsewhere. */
  leave(): void {
    this.#finish("moved", this.#call.phase.kind !== "active");
  }

  /** Shows an INVITE that has come in. */
  ring(invitation: Invitation): void {
    forgetMoments();
    this.#take(invitation);
    this.#call = { ...this.#call, sipCallId: invitation.request.callId };
    // Ringing is told to the caller; a failure means that the INVITE is already cancelled.
    invitation.progress().catch(() => {});
  }

  async answer(): Promise<void> {
    if (this.#call.phase.kind !== "incoming") return;
    const invitation = this.#session as Invitation;
    markMoment("answer-clicked");
    this.#update({ phase: { kind: "connecting" }, notice: undefined });
    const problem = await this.#audio.openMicrophone();
    if (this.over) return;
    if (problem) {
      // It still rings; the user may mend it and answer again.
      this.#update({ phase: { kind: "incoming" }, notice: problem, answeredByItself: false });
      return;
    }
    invitation.accept().catch(() => this.#finish("media-failed"));
  }

  /** Nobody has pressed a key for it. */
  answerByItself(): void {
    this.#update({ answeredByItself: true });
    void this.answer();
  }

  decline(answer: Refusal = "declined"): void {
    const { kind } = this.#call.phase;
    if (kind !== "incoming" && kind !== "connecting") return;
    const statusCode = answer === "busy" ? 486 : 603;
    const session = this.#session;
    if (session && !(session instanceof Inviter)) quietly(() => session.reject({ statusCode }));
    this.#finish("rejected");
  }

  hangUp(): void {
    switch (this.#call.phase.kind) {
      case "preparing":
      case "calling":
      case "ringing":
        this.#finish("cancelled");
        break;
      case "incoming":
      case "connecting":
        this.decline();
        break;
      case "active":
        this.#finish("hung-up");
        break;
      case "ended":
        break;
    }
  }

  setMuted(muted: boolean): void {
    if (this.over) return;
    this.#update({ muted });
    this.#audio.applyMicrophone();
  }

  /** Sends the far end this instead of the microphone, or with undefined the microphone again. */
  send(stream: MediaStream | undefined): Promise<void> {
    return this.#audio.send(stream);
  }

  notify(notice: CallNotice): void {
    if (!this.over) this.#update({ notice });
  }

  /** Resolves with whether the call is then as wished. */
  async setHeld(held: boolean): Promise<boolean> {
    if (!this.#renegotiation || !this.active || this.#transfer.underWay) return false;
    // Whoever takes the call back does not want to see it leave in a few seconds.
    if (!held) this.#transfer.clear();
    this.#holdWished = held;
    this.#update({ notice: undefined });
    const status = await this.#renegotiation.offer(() => {
      if (!this.active || this.held === held || this.#holdWished !== held) return false;
      this.#audio.holding = held;
      return true;
    });
    if (status === 0) return this.active && this.held === held;
    if (status < 300) this.#enterActive({ held, resumed: !held });
    else this.#holdFailed(held, status);
    return status < 300;
  }

  /** Held back for ten seconds. */
  transfer(number: string): void {
    if (!this.#session || !this.active || this.#transfer.underWay) return;
    this.#consulted = undefined;
    void this.setHeld(true);
    this.#transfer.holdBack(this.#session, { number }, new URI("sip", number, this.#phone.domain));
  }

  transferNow(): void {
    this.#transfer.sendNow();
  }

  /** Whether there was one to undo, rather than a failure to forget. */
  undoTransfer(): boolean {
    const undone = this.#transfer.heldBack;
    this.#transfer.clear();
    return undone;
  }

  /** Connects our peer with the peer of another call. Both calls end if that works; neither does if not. */
  connectWith(other: SipCall): void {
    if (!this.canTalk || !other.canTalk || other === this || !this.#session || !other.#session) return;
    other.#transfer.clear();
    other.#givenTo = this;
    this.#consulted = other;
    this.#transfer.send(this.#session, other.call.peer, other.#session);
  }

  /** Whether the digit is on its way. */
  sendDigit(digit: string): boolean {
    const { handler } = this.#audio;
    if (!this.active || !handler) return false;
    const sent = handler.sendDtmf(digit);
    if (sent) this.#update({ digits: this.#call.digits + digit, notice: undefined });
    else this.#update({ notice: "digits-unsupported" });
    return sent;
  }

  // ---- what the connection does ----

  connectionLost(): void {
    if (this.over) return;
    // A call that is not answered has no media to live on: its answer cannot arrive any more.
    if (this.#call.phase.kind === "active") this.#renegotiation?.connectionLost();
    else this.#finish("server-lost");
  }

  /** Registered again: the server learns the dialog's new connection, and media that broke with the old network heals. */
  connectionRestored(): void {
    this.#refreshDialog();
  }

  // ---- what SIP.js asks ----

  createMedia(): AudioDescriptionHandler {
    return this.#audio.createHandler();
  }

  #take(session: Inviter | Invitation): void {
    this.#session = session;
    this.#phone.adopt(session, this);
    followSession(session, {
      onMessage: (message) => this.#phone.onMessage(message),
      onEstablished: () => this.#established(session),
      onTerminated: (why) => this.#finish(why ?? this.#unexplainedEnd()),
    });
  }

  #rings(earlyMedia: boolean): void {
    const { phase } = this.#call;
    if (phase.kind === "calling") markMoment("ringing");
    else if (phase.kind !== "ringing" || phase.earlyMedia) return;
    this.#enter({ kind: "ringing", earlyMedia });
  }

  #refused(status: number): void {
    if (!this.#phone.connected) this.#finish("server-lost");
    else this.#finish(reasonOfStatus(status, this.#call.phase.kind === "ringing"));
  }

  #established(session: Inviter | Invitation): void {
    const { handler } = this.#audio;
    if (this.over || !handler) return;
    markMoment("answered");
    this.#renegotiation = new Renegotiation(session, handler, session instanceof Inviter);
    this.#call = { ...this.#call, notice: undefined };
    this.#enterActive(this.#before ? { since: this.#before.since, held: this.#before.held } : {});
    this.#audio.established(handler);
    this.#phone.onAnswered(this);
  }

  /** The NOTIFY has said that the others talk. Some servers leave it to us to go (SIP.js #1069). */
  #transferred(): void {
    this.#finish("transferred");
    const consulted = this.#consulted;
    if (consulted) consulted.#finish("transferred");
  }

  #unexplainedEnd(): EndReason {
    switch (this.#call.phase.kind) {
      case "active":
        return this.#givenTo?.isGiving ? "transferred" : "remote-hung-up";
      case "incoming":
        return "missed";
      case "ringing":
      case "connecting":
        return "media-failed";
      default:
        return "call-failed";
    }
  }

  // ---- media ----

  /** Has the microphone and is still wanted; without a microphone the call is over. */
  async #canInvite(): Promise<boolean> {
    const problem = await this.#audio.openMicrophone();
    if (problem) this.#finish(problem);
    return !this.over;
  }

  #makeAudio(phone: CallSurroundings): CallAudio {
    const call = this;
    return new CallAudio(phone, {
      get muted() {
        return call.#call.muted;
      },
      get active() {
        return call.active;
      },
      get over() {
        return call.over;
      },
      onRemoteStream: () => phone.onChange(),
      onHeldByPeer: () => this.#enterActive({}),
      onNewMicrophone: () => phone.onNewMicrophone(this),
      onTalkingWhileMuted: (talkingWhileMuted) => this.#update({ talkingWhileMuted }),
      onQuality: (quality) => this.#update({ quality }),
      onTrouble: (mediaTrouble, failed) => {
        this.#enterActive({ mediaTrouble });
        if (failed && phone.connected) void this.#refreshDialog();
      },
      onGivenUp: () => this.#finish(phone.connected ? "media-failed" : "server-lost"),
    });
  }

  async #refreshDialog(): Promise<void> {
    const status = await this.#renegotiation?.offer(() => {
      const { handler } = this.#audio;
      if (!this.active || !handler) return false;
      if (!handler.connected) handler.restartIce();
      return true;
    });
    if (status && dialogIsGone(status)) this.#dialogGone();
  }

  /** A server that has been started anew knows the call by name, but not what was agreed on in it. */
  #dialogGone(): void {
    if (!this.#phone.takeBack(this)) this.#finish("server-lost");
  }

  #holdFailed(held: boolean, status: number): void {
    if (this.over) return;
    if (this.#holdWished === held) this.#holdWished = !held;
    this.#audio.holding = !held;
    if (dialogIsGone(status)) this.#dialogGone();
    else this.#update({ notice: held ? "hold-failed" : "resume-failed" });
  }

  // ---- state ----

  #enterActive(change: Partial<Omit<CallPhase & { kind: "active" }, "kind">>): void {
    if (this.over) return;
    const { phase } = this.#call;
    const fresh = { kind: "active", since: Date.now(), held: false, resumed: false, mediaTrouble: false } as const;
    this.#enter({ ...(phase.kind === "active" ? phase : fresh), heldByPeer: this.#audio.heldByPeer, ...change });
  }

  #enter(phase: CallPhase): void {
    if (!this.over) this.#update({ phase });
  }

  #update(change: Partial<Call>): void {
    this.#call = { ...this.#call, ...change };
    this.#phone.onChange();
  }

  /** The one door out. */
  #finish(reason: EndReason, sayGoodbye = true): void {
    if (this.over) return;
    this.#transfer.close();
    const summary = this.#audio.stop();
    if (sayGoodbye) endSession(this.#session, this.#phone);
    this.#audio.close();
    this.#update({ phase: { kind: "ended", reason }, notice: undefined, quality: undefined, summary });
  }
}

interface StatusAndBody {
  message: { statusCode?: number; body: string };
}

/** RFC 3261 section 14.1: after these answers to a re-INVITE there is no dialog any more. */
function dialogIsGone(status: number): boolean {
  return status === 481 || status === 408;
}
