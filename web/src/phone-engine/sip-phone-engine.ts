import { URI } from "sip.js";
import { CallDesk } from "./call-desk";
import { type ContactIdentity, claimContactIdentity } from "./contact-identity";
import type { Credential, CredentialSource, NoCredential, Signed } from "./credential-source";
import { type CallShelf, tabShelf } from "./kept-calls";
import { Line, type LineEvents } from "./line";
import type { DeviceKind, Processing } from "./media/audio-state";
import type { LevelMeter } from "./media/level-meter";
import { type AudioInstruments, PhoneAudio } from "./media/phone-audio";
import type { MessageOutcome } from "./messaging/message";
import { type MessageListener, Messaging } from "./messaging/messaging";
import { OpenSession } from "./open-session";
import { OtherCalls } from "./other-devices/other-calls";
import type { Account, PhoneEngine, PhoneState, Refusal, SignInProblem } from "./phone-engine";
import { type PresenceListener, PresenceWatch } from "./presence/presence-watch";
import { type Home, parseServerAddress, type ServerAddress } from "./server-address";
import { type RecordedMessage, SipRecord } from "./sip-record/sip-record";

const SIGNED_OUT: Omit<PhoneState, "audio"> = {
  registration: { kind: "signed-out" },
  identity: undefined,
  calls: [],
  current: undefined,
  merged: [],
  otherCalls: [],
  doNotDisturb: false,
  autoAnswer: false,
  voicemail: 0,
  soundBlocked: false,
  speakerMuted: false,
  elsewhere: false,
};

/** What tests replace. */
export interface Instruments extends AudioInstruments {
  /** Where the server of this page gives credentials; without it the password is used. */
  credentials: CredentialSource;
  /** Where calls are kept for whoever goes on with them. */
  shelf: CallShelf;
  /** The server that no server is named for: that of the page, unless the phone is on a page of others. */
  home: Home;
}

/** The telephone on SIP.js. */
export class SipPhoneEngine implements PhoneEngine {
  readonly #listeners = new Set<(state: PhoneState) => void>();
  readonly #contact = claimContactIdentity();
  readonly #audio: PhoneAudio;
  readonly #calls: CallDesk;
  readonly #messaging = new Messaging();
  readonly #record = new SipRecord();
  readonly #presenceListeners = new Set<PresenceListener>();
  readonly #presence = new PresenceWatch((number, presence) => {
    for (const listener of this.#presenceListeners) listener(number, presence);
  });
  readonly #otherCalls = new OtherCalls((otherCalls) => this.#set({ otherCalls }));
  /** Undefined where nobody gives credentials. While it is open, no password is kept. */
  readonly #session: OpenSession | undefined;
  readonly #home: Home;
  #state: PhoneState;
  #line: Line | undefined;
  #account: Account | undefined;
  /** The user part of our Contact, which is the tab's. */
  #tab = "";
  #signIns = 0;

  constructor({ credentials, shelf = tabShelf, home = location, ...instruments }: Partial<Instruments> = {}) {
    this.#home = home;
    this.#session =
      credentials &&
      new OpenSession(credentials, {
        onRenewed: (credential) => this.#line?.renew(credential),
        // Calls go on; the registrar will refuse us as well.
        onEnded: () => this.#set({ registration: { kind: "failed", problem: "session-ended" } }),
      });
    this.#audio = new PhoneAudio(instruments, {
      onAudio: (audio) => this.#set({ audio }),
      onBlocked: (soundBlocked) => {
        if (soundBlocked !== this.#state.soundBlocked) this.#set({ soundBlocked });
      },
    });
    this.#state = { ...SIGNED_OUT, audio: this.#audio.desk.state };
    this.#calls = new CallDesk(this.#audio, this.#messaging, shelf, { onCalls: (calls) => this.#set(calls) });
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
    this.#audio.sounder.unlock();
    const trimmed = { ...account, extension: account.extension.trim() };
    const server = parseServerAddress(account.server, this.#home);
    if (!/^[\w.+*-]+$/.test(trimmed.extension)) this.#refuseSignIn("missing-extension");
    else if (trimmed.password === "") this.#refuseSignIn("missing-password");
    else if (!server) this.#refuseSignIn("bad-server-address");
    else void this.#enter(trimmed, server);
  }

  resumeSession(): void {
    const server = parseServerAddress("", this.#home);
    if (!this.#session || !server || this.#state.registration.kind !== "signed-out") return;
    void this.#reenter(this.#session, server);
  }

  async signOut(): Promise<void> {
    const line = this.#line;
    this.#calls.clear();
    this.#forgetAccount();
    const farewell = line?.close();
    await (this.#session?.isOpen ? this.#session.close(farewell) : farewell);
  }

  /** Another page goes on with line, session and calls: here it is as after signing out, but nothing has ended. */
  standDown(): void {
    const line = this.#line;
    if (line) this.#calls.leave();
    this.#forgetAccount();
    line?.leave();
    this.#session?.leave();
  }

  checkConnection(): void {
    this.#line?.check();
  }

  leavePage(): void {
    const line = this.#line;
    if (!line) return;
    this.#line = undefined;
    this.#unwatch();
    this.#calls.leave();
    line.leave();
    this.#set({ registration: { kind: "reconnecting" } });
  }

  returnToPage(): void {
    const account = this.#account;
    if (!account || this.#line) return;
    this.#set({ registration: { kind: "signed-out" } });
    if (this.#session?.isOpen) this.resumeSession();
    else this.signIn(account);
  }

  bringHere(): void {}

  // ---- calls ----

  dial(number: string): void {
    if (this.#line && this.#state.registration.kind === "registered") this.#calls.dial(this.#line, number);
  }

  moveHere(otherCallId: string): void {
    const { registration, identity } = this.#state;
    if (!this.#line || !identity || registration.kind !== "registered" || this.#calls.isFull) return;
    const before = this.#otherCalls.take(otherCallId);
    if (before) this.#calls.moveHere(this.#line, identity.extension, before);
  }

  answer(callId: string): void {
    this.#calls.answer(callId);
  }

  decline(callId: string, answer?: Refusal): void {
    this.#calls.decline(callId, answer);
  }

  hangUp(callId: string): void {
    this.#calls.find(callId)?.hangUp();
  }

  dismiss(callId: string): void {
    this.#calls.dismiss(callId);
  }

  switchTo(callId: string): void {
    this.#calls.switchTo(callId);
  }

  transfer(callId: string, number: string): void {
    this.#calls.transfer(callId, number);
  }

  transferNow(callId: string): void {
    this.#calls.find(callId)?.transferNow();
  }

  undoTransfer(callId: string): void {
    this.#calls.undoTransfer(callId);
  }

  connectCalls(callId: string, otherId: string): void {
    this.#calls.connect(callId, otherId);
  }

  merge(callId: string, otherId: string): void {
    this.#calls.merge(callId, otherId);
  }

  split(): void {
    this.#calls.split();
  }

  setMuted(callId: string, muted: boolean): void {
    this.#calls.find(callId)?.setMuted(muted);
  }

  setHeld(callId: string, held: boolean): void {
    this.#calls.setHeld(callId, held);
  }

  sendDigit(callId: string, digit: string): void {
    this.#calls.sendDigit(callId, digit);
  }

  recordOf(sipCallId: string): readonly RecordedMessage[] {
    return this.#record.of(sipCallId);
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
    void this.#audio.microphone.warm();
  }

  coolMicrophone(): void {
    this.#audio.microphone.cool();
  }

  setSpeakerMuted(muted: boolean): void {
    this.#audio.speaker.muted = muted;
    this.#set({ speakerMuted: muted });
  }

  enableSound(): void {
    this.#audio.unlock();
  }

  attachAudio(element: HTMLAudioElement | null): void {
    this.#audio.speaker.attach(element);
  }

  chooseDevice(kind: DeviceKind, id: string): void {
    this.#audio.desk.choose(kind, id);
  }

  setProcessing(change: Partial<Processing>): void {
    this.#audio.desk.setProcessing(change);
  }

  setVolume(volume: number): void {
    this.#audio.desk.setVolume(volume);
  }

  testSound(where: "speaker" | "ringer"): void {
    this.#audio.desk.test(where);
  }

  openMeter(kind: DeviceKind): LevelMeter {
    return this.#audio.desk.openMeter(kind);
  }

  dismissAudioNotice(): void {
    this.#audio.desk.dismissNotice();
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
        if (this.#keeper) this.#calls.resume(line, this.#keeper);
        this.#presence.connected(line);
        // Other servers name dialogs so that nobody else can take them.
        if (this.#session?.isOpen) this.#otherCalls.connected(line, account.extension, contact.user);
      },
      onLost: () => {
        this.#set({ registration: { kind: "reconnecting" } });
        this.#unwatch();
        this.#calls.connectionLost();
      },
      onRestored: () => this.#calls.connectionRestored(),
      onRefused: (problem) => this.#set({ registration: { kind: "failed", problem } }),
      onInvite: (invitation) => this.#calls.invited(line, invitation, this.#state),
      onMessage: (message) => this.#messaging.receive(message),
      onVoicemail: (voicemail) => this.#set({ voicemail }),
      onSip: (direction, message) => this.#record.note(direction, message),
      mediaFor: (session) => this.#calls.mediaFor(session),
    };
    const line = new Line(account, server, contact, events, credential);
    return line;
  }

  #forgetAccount(): void {
    this.#signIns += 1;
    this.#account = undefined;
    this.#line = undefined;
    this.#unwatch();
    const { speakerMuted, doNotDisturb, autoAnswer } = this.#state;
    this.#set({ ...SIGNED_OUT, speakerMuted, doNotDisturb, autoAnswer });
  }

  #unwatch(): void {
    this.#presence.disconnected();
    this.#otherCalls.disconnected();
  }

  #refuseSignIn(problem: SignInProblem): void {
    this.#set({ registration: { kind: "signed-out", problem } });
  }

  get #keeper() {
    const { identity } = this.#state;
    return identity && { extension: identity.extension, address: identity.address, contact: this.#tab };
  }

  #set(change: Partial<PhoneState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener(this.#state);
  }
}
