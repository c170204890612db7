import type { Invitation, Session, SessionDescriptionHandler } from "sip.js";
import { type ContactIdentity, claimContactIdentity } from "./contact-identity";
import { Line } from "./line";
import { AudioDesk } from "./media/audio-desk";
import type { DeviceKind, Processing } from "./media/audio-state";
import type { LevelMeter } from "./media/level-meter";
import { Microphone } from "./media/microphone";
import { Sounder } from "./media/sounder";
import { Speaker } from "./media/speaker";
import type { Account, PhoneEngine, PhoneState, SignInProblem } from "./phone-engine";
import { quietly } from "./quietly";
import { parseServerAddress, type ServerAddress } from "./server-address";
import { type CallSurroundings, SipCall } from "./sip-call";

/** One call at a time; a second caller hears busy. */
const MAX_CALLS = 1;

const SIGNED_OUT: Omit<PhoneState, "audio"> = {
  registration: { kind: "signed-out" },
  identity: undefined,
  calls: [],
  voicemail: 0,
  soundBlocked: false,
  speakerMuted: false,
};

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
  #state: PhoneState = { ...SIGNED_OUT, audio: this.#desk.state };
  #calls: SipCall[] = [];
  #line: Line | undefined;
  #account: Account | undefined;
  #signIns = 0;
  #callIds = 0;

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
    else void this.#connect(trimmed, server);
  }

  async signOut(): Promise<void> {
    const line = this.#line;
    this.#signIns += 1;
    this.#account = undefined;
    this.#dropCalls();
    this.#line = undefined;
    this.#set({ ...SIGNED_OUT, speakerMuted: this.#state.speakerMuted });
    await line?.close();
  }

  checkConnection(): void {
    this.#line?.check();
  }

  leavePage(): void {
    const line = this.#line;
    if (!line) return;
    this.#dropCalls();
    line.leave();
    this.#line = undefined;
    this.#set({ registration: { kind: "reconnecting" } });
  }

  returnToPage(): void {
    const account = this.#account;
    if (!account || this.#line) return;
    this.#set({ registration: { kind: "signed-out" } });
    this.signIn(account);
  }

  // ---- calls ----

  dial(number: string): void {
    const line = this.#line;
    if (!line || this.#state.registration.kind !== "registered" || this.#liveCalls() >= MAX_CALLS) return;
    const call = new SipCall(this.#nextCallId(), "outgoing", { number }, this.#surroundings(line));
    this.#add(call);
    void call.dial();
  }

  answer(callId: string): void {
    void this.#find(callId)?.answer();
  }

  decline(callId: string): void {
    this.#find(callId)?.decline();
  }

  hangUp(callId: string): void {
    this.#find(callId)?.hangUp();
  }

  dismiss(callId: string): void {
    this.#calls = this.#calls.filter((call) => !(call.call.id === callId && call.over));
    this.#callsChanged();
  }

  setMuted(callId: string, muted: boolean): void {
    this.#find(callId)?.setMuted(muted);
  }

  setHeld(callId: string, held: boolean): void {
    void this.#find(callId)?.setHeld(held);
  }

  sendDigit(callId: string, digit: string): void {
    if (this.#find(callId)?.sendDigit(digit)) this.#sounder.playDigit(digit);
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

  async #connect(account: Account, server: ServerAddress): Promise<void> {
    const signIn = ++this.#signIns;
    this.#account = account;
    const address = `sip:${account.extension}@${server.domain}`;
    this.#set({
      registration: { kind: "connecting" },
      identity: { extension: account.extension, address, server: server.label },
    });
    const contact = await this.#contact;
    if (signIn !== this.#signIns) return;
    this.#line = this.#makeLine(account, server, contact);
    this.#line.open();
  }

  #makeLine(account: Account, server: ServerAddress, contact: ContactIdentity): Line {
    const line = new Line(account, server, contact, {
      onSignInFailed: (problem) => {
        if (this.#line !== line) return;
        this.#line = undefined;
        this.#account = undefined;
        this.#refuseSignIn(problem);
      },
      onRegistered: () => this.#set({ registration: { kind: "registered" } }),
      onLost: () => {
        this.#set({ registration: { kind: "reconnecting" } });
        for (const call of this.#calls) call.connectionLost();
      },
      onRestored: () => {
        for (const call of this.#calls) call.connectionRestored();
      },
      onRefused: (problem) => this.#set({ registration: { kind: "failed", problem } }),
      onInvite: (invitation) => this.#invited(line, invitation),
      onVoicemail: (voicemail) => this.#set({ voicemail }),
      mediaFor: (session) => this.#mediaFor(session),
    });
    return line;
  }

  #refuseSignIn(problem: SignInProblem): void {
    this.#set({ registration: { kind: "signed-out", problem } });
  }

  // ---- keeping calls ----

  #invited(line: Line, invitation: Invitation): void {
    if (this.#liveCalls() >= MAX_CALLS) {
      quietly(() => invitation.reject({ statusCode: 486 }));
      return;
    }
    const { uri, displayName } = invitation.assertedIdentity ?? invitation.remoteIdentity;
    const number = uri.user ?? "";
    const name = displayName && displayName !== number ? displayName : undefined;
    const call = new SipCall(this.#nextCallId(), "incoming", { number, name }, this.#surroundings(line));
    this.#add(call);
    call.ring(invitation);
    void this.#microphone.warm();
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
      get connected() {
        return line.connected;
      },
      onChange: () => this.#callsChanged(),
      adopt: (session, call) => this.#callOfSession.set(session, call),
      byeLater: (session) => line.byeLater(session),
    };
  }

  #mediaFor(session: Session): SessionDescriptionHandler {
    const call = this.#callOfSession.get(session);
    if (!call) throw new Error("A session without a call asks for media.");
    return call.createMedia();
  }

  /** A new call takes the place of those that are over. */
  #add(call: SipCall): void {
    this.#calls = [...this.#calls.filter((other) => !other.over), call];
    this.#callsChanged();
  }

  #find(callId: string): SipCall | undefined {
    return this.#calls.find((call) => call.call.id === callId);
  }

  #liveCalls(): number {
    return this.#calls.filter((call) => !call.over).length;
  }

  #dropCalls(): void {
    for (const call of this.#calls) call.hangUp();
    this.#calls = [];
    this.#callsChanged();
  }

  #nextCallId(): string {
    this.#callIds += 1;
    return `call-${this.#callIds}`;
  }

  // ---- state ----

  #callsChanged(): void {
    const calls = this.#calls.map((call) => call.call);
    const wasLive = this.#state.calls.some(({ phase }) => phase.kind !== "ended");
    if (wasLive && this.#liveCalls() === 0) this.#microphone.cool();
    const ringing = calls.some(({ phase }) => phase.kind === "incoming");
    const waiting = calls.some(({ phase }) => phase.kind === "ringing" && !phase.earlyMedia);
    this.#sounder.play(ringing ? "ringtone" : waiting ? "ringback" : undefined);
    this.#speaker.play(this.#calls.find((call) => call.remoteStream)?.remoteStream ?? null);
    this.#set({ calls });
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
