import { type Invitation, type Session, type SessionDescriptionHandler, URI } from "sip.js";
import { asksForAnswer } from "./auto-answer";
import { type ContactIdentity, claimContactIdentity } from "./contact-identity";
import type { Credential, CredentialSource, NoCredential, Signed } from "./credential-source";
import { keepCalls, takeKeptCalls } from "./kept-calls";
import { Line, type LineEvents } from "./line";
import { AudioDesk } from "./media/audio-desk";
import { type AudioGraph, WebAudioGraph } from "./media/audio-graph";
import type { DeviceKind, Processing } from "./media/audio-state";
import type { LevelMeter } from "./media/level-meter";
import { Microphone } from "./media/microphone";
import { analyserLevels, type LevelSource } from "./media/microphone-level";
import { Sounder } from "./media/sounder";
import { Speaker } from "./media/speaker";
import type { MessageOutcome } from "./messaging/message";
import { type MessageListener, Messaging } from "./messaging/messaging";
import { OpenSession } from "./open-session";
import {
  type Account,
  MAX_CALLS,
  type PhoneEngine,
  type PhoneState,
  type Refusal,
  type SignInProblem,
} from "./phone-engine";
import { type PresenceListener, PresenceWatch } from "./presence/presence-watch";
import { quietly } from "./quietly";
import { parseServerAddress, type ServerAddress } from "./server-address";
import { type CallSurroundings, SipCall } from "./sip-call";
import { soundFor } from "./sounds";
import { Switchboard } from "./switchboard";

const SIGNED_OUT: Omit<PhoneState, "audio"> = {
  registration: { kind: "signed-out" },
  identity: undefined,
  calls: [],
  current: undefined,
  merged: [],
  doNotDisturb: false,
  autoAnswer: false,
  voicemail: 0,
  soundBlocked: false,
  speakerMuted: false,
};

/** What tests replace. */
export interface Instruments {
  /** Undefined where the browser has no Web Audio. */
  audioGraph: () => AudioGraph | undefined;
  levels: LevelSource;
  /** Where the server of this page gives credentials; without it the password is used. */
  credentials: CredentialSource;
}

/** The telephone on SIP.js. */
export class SipPhoneEngine implements PhoneEngine {
  readonly #listeners = new Set<(state: PhoneState) => void>();
  readonly #contact = claimContactIdentity();
  readonly #microphone = new Microphone();
  readonly #sounder = new Sounder((blocked) => this.#soundBlocked("sounder", blocked));
  readonly #speaker = new Speaker((blocked) => this.#soundBlocked("speaker", blocked));
  readonly #desk = new AudioDesk(
    { microphone: this.#microphone, speaker: this.#speaker, sounder: this.#sounder },
    (audio) => this.#set({ audio }),
  );
  readonly #blocked = new Set<string>();
  readonly #callOfSession = new WeakMap<Session, SipCall>();
  readonly #calls: Switchboard;
  readonly #messaging = new Messaging();
  readonly #presenceListeners = new Set<PresenceListener>();
  readonly #presence = new PresenceWatch((number, presence) => {
    for (const listener of this.#presenceListeners) listener(number, presence);
  });
  readonly #levels: LevelSource;
  /** Undefined where nobody gives credentials. While it is open, no password is kept. */
  readonly #session: OpenSession | undefined;
  #state: PhoneState = { ...SIGNED_OUT, audio: this.#desk.state };
  #line: Line | undefined;
  #account: Account | undefined;
  /** The user part of our Contact, which is the tab's. */
  #tab = "";
  #hasResumed = false;
  #signIns = 0;
  #callIds = 0;

  constructor({ audioGraph, levels, credentials }: Partial<Instruments> = {}) {
    this.#session =
      credentials &&
      new OpenSession(credentials, {
        onRenewed: (credential) => this.#line?.renew(credential),
        // Calls go on; the registrar will refuse us as well.
        onEnded: () => this.#set({ registration: { kind: "failed", problem: "session-ended" } }),
      });
    this.#levels = levels ?? analyserLevels(() => this.#sounder.context);
    const ofPage = () => this.#sounder.context && new WebAudioGraph(this.#sounder.context);
    this.#calls = new Switchboard(audioGraph ?? ofPage, () => this.#callsChanged());
  }

  get state(): PhoneState {
    return this.#state;
  }

  subscribe(listener: (state: PhoneState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  // ---- signing in and out ----

  signIn(account: Account): void {
    if (this.#state.registration.kind !== "signed-out") return;
    this.#sounder.unlock();
    const trimmed = { ...account, extension: account.extension.trim() };
    const server = parseServerAddress(account.server, location);
    if (!/^[\w.+*-]+$/.test(trimmed.extension)) this.#refuseSignIn("missing-extension");
    else if (trimmed.password === "") this.#refuseSignIn("missing-password");
    else if (!server) this.#refuseSignIn("bad-server-address");
    else void this.#enter(trimmed, server);
  }

  resumeSession(): void {
    const server = parseServerAddress("", location);
    if (!this.#session || !server || this.#state.registration.kind !== "signed-out") return;
    void this.#reenter(this.#session, server);
  }

  async signOut(): Promise<void> {
    const line = this.#line;
    this.#signIns += 1;
    this.#account = undefined;
    this.#calls.clear();
    this.#line = undefined;
    this.#presence.disconnected();
    const { speakerMuted, doNotDisturb, autoAnswer } = this.#state;
    this.#set({ ...SIGNED_OUT, speakerMuted, doNotDisturb, autoAnswer });
    const farewell = line?.close();
    await (this.#session?.isOpen ? this.#session.close(farewell) : farewell);
  }

  checkConnection(): void {
    this.#line?.check();
  }

  leavePage(): void {
    const line = this.#line;
    if (!line) return;
    this.#keepCalls();
    this.#line = undefined;
    this.#presence.disconnected();
    this.#calls.leave();
    line.leave();
    this.#set({ registration: { kind: "reconnecting" } });
  }

  returnToPage(): void {
    const account = this.#account;
    if (!account || this.#line) return;
    this.#hasResumed = false;
    this.#set({ registration: { kind: "signed-out" } });
    if (this.#session?.isOpen) this.resumeSession();
    else this.signIn(account);
  }

  // ---- calls ----

  dial(number: string): void {
    const line = this.#line;
    if (!line || this.#state.registration.kind !== "registered" || this.#calls.live.length >= MAX_CALLS) return;
    const call = new SipCall(this.#nextCallId(), "outgoing", { number }, this.#surroundings(line));
    this.#calls.add(call);
    this.#calls.attend(call);
    void call.dial();
  }

  answer(callId: string): void {
    const call = this.#calls.find(callId);
    if (call?.call.phase.kind !== "incoming") return;
    this.#calls.attend(call);
    void call.answer();
  }

  decline(callId: string, answer?: Refusal): void {
    this.#calls.find(callId)?.decline(answer);
  }

  hangUp(callId: string): void {
    this.#calls.find(callId)?.hangUp();
  }

  dismiss(callId: string): void {
    this.#calls.dismiss(callId);
  }

  switchTo(callId: string): void {
    const call = this.#calls.find(callId);
    if (call) this.#calls.switchTo(call);
  }

  transfer(callId: string, number: string): void {
    const call = this.#calls.find(callId);
    if (!call) return;
    this.#calls.takeOutOfMerge(call);
    call.transfer(number);
  }

  transferNow(callId: string): void {
    this.#calls.find(callId)?.transferNow();
  }

  undoTransfer(callId: string): void {
    const call = this.#calls.find(callId);
    if (call?.undoTransfer()) this.#calls.switchTo(call);
  }

  connectCalls(callId: string, otherId: string): void {
    const other = this.#calls.find(otherId);
    if (other) this.#calls.find(callId)?.connectWith(other);
  }

  merge(callId: string, otherId: string): void {
    const call = this.#calls.find(callId);
    const other = this.#calls.find(otherId);
    if (call && other) void this.#calls.merge(call, other);
  }

  split(): void {
    this.#calls.split();
  }

  setMuted(callId: string, muted: boolean): void {
    this.#calls.find(callId)?.setMuted(muted);
  }

  setHeld(callId: string, held: boolean): void {
    const call = this.#calls.find(callId);
    if (!call) return;
    if (held) this.#calls.hold(call);
    else this.#calls.switchTo(call);
  }

  sendDigit(callId: string, digit: string): void {
    if (this.#calls.find(callId)?.sendDigit(digit)) this.#sounder.playDigit(digit);
  }

  setDoNotDisturb(on: boolean): void {
    this.#set({ doNotDisturb: on });
  }

  setAutoAnswer(allowed: boolean): void {
    this.#set({ autoAnswer: allowed });
  }

  // ---- messages ----

  async sendMessage(number: string, text: string): Promise<MessageOutcome> {
    const line = this.#line;
    if (!line?.connected) return { kind: "failed", reason: "connection" };
    return this.#messaging.send(line.userAgent, new URI("sip", number, line.domain), text);
  }

  subscribeMessages(listener: MessageListener): () => void {
    return this.#messaging.subscribe(listener);
  }

  // ---- presence ----

  watchPresence(numbers: readonly string[]): void {
    this.#presence.watch(numbers);
  }

  subscribePresence(listener: PresenceListener): () => void {
    this.#presenceListeners.add(listener);
    return () => this.#presenceListeners.delete(listener);
  }

  // ---- sound ----

  warmMicrophone(): void {
    void this.#microphone.warm();
  }

  coolMicrophone(): void {
    this.#microphone.cool();
  }

  setSpeakerMuted(muted: boolean): void {
    this.#speaker.muted = muted;
    this.#set({ speakerMuted: muted });
  }

  enableSound(): void {
    this.#sounder.unlock();
    this.#speaker.retry();
  }

  attachAudio(element: HTMLAudioElement | null): void {
    this.#speaker.attach(element);
  }

  chooseDevice(kind: DeviceKind, id: string): void {
    this.#desk.choose(kind, id);
  }

  setProcessing(change: Partial<Processing>): void {
    this.#desk.setProcessing(change);
  }

  setVolume(volume: number): void {
    this.#desk.setVolume(volume);
  }

  testSound(where: "speaker" | "ringer"): void {
    this.#desk.test(where);
  }

  openMeter(kind: DeviceKind): LevelMeter {
    return this.#desk.openMeter(kind);
  }

  dismissAudioNotice(): void {
    this.#desk.dismissNotice();
  }

  // ---- the line ----

  /** With the password, if need be for a credential. */
  async #enter(account: Account, server: ServerAddress): Promise<void> {
    const signIn = this.#begin(account, server);
    // Only the server of this page has a session for it.
    const session = account.server.trim() === "" ? this.#session : undefined;
    const answer: Signed | NoCredential = session ? await session.open(account.extension, account.password) : "none";
    if (signIn !== this.#signIns) {
      // Cancelled meanwhile: nobody knows of it, and nobody would sign out.
      if (typeof answer !== "string") await session?.close(undefined);
      return;
    }
    if (answer === "none") await this.#connect(signIn, account, server);
    else if (typeof answer === "string") this.#refuseSignIn(answer);
    else await this.#connect(signIn, { ...account, password: "" }, server, answer.credential);
  }

  /** With the session. */
  async #reenter(session: OpenSession, server: ServerAddress): Promise<void> {
    const signIn = ++this.#signIns;
    this.#set({ registration: { kind: "connecting" } });
    const answer = await session.resume();
    if (signIn !== this.#signIns) return;
    if (typeof answer === "string") {
      // A server without sessions never had one.
      this.#refuseSignIn(answer === "none" ? "session-ended" : answer);
      return;
    }
    const account = { extension: answer.extension, password: "", server: "" };
    await this.#connect(this.#begin(account, server), account, server, answer.credential);
  }

  #begin(account: Account, server: ServerAddress): number {
    const address = `sip:${account.extension}@${server.domain}`;
    this.#set({
      registration: { kind: "connecting" },
      identity: { extension: account.extension, address, server: server.label },
    });
    return ++this.#signIns;
  }

  async #connect(signIn: number, account: Account, server: ServerAddress, credential?: Credential): Promise<void> {
    this.#account = account;
    if (credential) this.#keepSession(credential);
    const contact = await this.#contact;
    if (signIn !== this.#signIns) return;
    this.#tab = contact.user;
    this.#line = this.#makeLine(account, server, contact, credential);
    this.#line.open();
  }

  #keepSession(credential: Credential): void {
    this.#session?.keep(credential);
    const { identity } = this.#state;
    if (identity) this.#set({ identity: { ...identity, session: true } });
  }

  #makeLine(account: Account, server: ServerAddress, contact: ContactIdentity, credential?: Credential): Line {
    const events: LineEvents = {
      onSignInFailed: (problem) => {
        if (this.#line !== line) return;
        this.#line = undefined;
        this.#account = undefined;
        this.#session?.leave();
        this.#refuseSignIn(problem);
      },
      onRegistered: () => {
        this.#set({ registration: { kind: "registered" } });
        this.#resumeAfterSignIn(line);
        this.#presence.connected(line);
      },
      onLost: () => {
        this.#set({ registration: { kind: "reconnecting" } });
        this.#presence.disconnected();
        for (const call of this.#calls.all) call.connectionLost();
      },
      onRestored: () => {
        for (const call of this.#calls.all) call.connectionRestored();
      },
      onRefused: (problem) => this.#set({ registration: { kind: "failed", problem } }),
      onInvite: (invitation) => this.#invited(line, invitation),
      onMessage: (message) => this.#messaging.receive(message),
      onVoicemail: (voicemail) => this.#set({ voicemail }),
      mediaFor: (session) => this.#mediaFor(session),
    };
    const line = new Line(account, server, contact, events, credential);
    return line;
  }

  #refuseSignIn(problem: SignInProblem): void {
    this.#set({ registration: { kind: "signed-out", problem } });
  }

  // ---- keeping calls ----

  /** Of the page that was here before. */
  #resumeAfterSignIn(line: Line): void {
    const keeper = this.#keeper;
    if (this.#hasResumed || !keeper) return;
    this.#hasResumed = true;
    for (const before of takeKeptCalls(keeper).slice(0, MAX_CALLS)) {
      const call = new SipCall(this.#nextCallId(), before.direction, before.peer, this.#surroundings(line));
      void call.resume(before, keeper.extension);
      this.#calls.add(call);
      if (before.current) this.#calls.attend(call);
    }
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

  /** Also while the page is there: it may crash. */
  #keepCalls(): void {
    // What the page before has kept is not ours to forget before it could be taken back.
    if (this.#line && this.#keeper && this.#hasResumed) keepCalls(this.#keeper, this.#calls.kept);
  }

  get #keeper() {
    const { identity } = this.#state;
    return identity && { extension: identity.extension, address: identity.address, contact: this.#tab };
  }

  #invited(line: Line, invitation: Invitation): void {
    const busy = this.#calls.live.length;
    if (busy >= MAX_CALLS || this.#state.doNotDisturb) {
      quietly(() => invitation.reject({ statusCode: 486 }));
      return;
    }
    const { uri, displayName } = invitation.assertedIdentity ?? invitation.remoteIdentity;
    const number = uri.user ?? "";
    const name = displayName && displayName !== number ? displayName : undefined;
    const call = new SipCall(this.#nextCallId(), "incoming", { number, name }, this.#surroundings(line));
    this.#calls.add(call);
    call.ring(invitation);
    if (this.#state.autoAnswer && busy === 0 && asksForAnswer(invitation.request)) call.answerByItself();
    else void this.#microphone.warm();
  }

  #surroundings(line: Line): CallSurroundings {
    const sounder = this.#sounder;
    return {
      userAgent: line.userAgent,
      domain: line.domain,
      microphone: this.#microphone,
      get audioContext() {
        return sounder.context;
      },
      levels: this.#levels,
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

  #mediaFor(session: Session): SessionDescriptionHandler {
    const call = this.#callOfSession.get(session);
    if (!call) throw new Error("A session without a call asks for media.");
    return call.createMedia();
  }

  #nextCallId(): string {
    this.#callIds += 1;
    return `call-${this.#callIds}`;
  }

  // ---- state ----

  #callsChanged(): void {
    const calls = this.#calls.all.map((call) => call.call);
    const current = this.#calls.current?.call;
    const wasLive = this.#state.calls.some(({ phase }) => phase.kind !== "ended");
    if (wasLive && this.#calls.live.length === 0) this.#microphone.cool();
    this.#sounder.play(soundFor(calls, current));
    this.#speaker.play(this.#calls.heard);
    this.#keepCalls();
    this.#set({ calls, current: current?.id, merged: this.#calls.merged.map(({ call }) => call.id) });
  }

  #soundBlocked(where: "sounder" | "speaker", blocked: boolean): void {
    if (blocked) this.#blocked.add(where);
    else this.#blocked.delete(where);
    const soundBlocked = this.#blocked.size > 0;
    if (soundBlocked !== this.#state.soundBlocked) this.#set({ soundBlocked });
  }

  #set(change: Partial<PhoneState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener(this.#state);
  }
}
