import { type Invitation, type Session, URI, UserAgent } from "sip.js";
import { Connection } from "./connection";
import { claimContactIdentity } from "./contact-identity";
import { Microphone } from "./media/microphone";
import { Sounder } from "./media/sounder";
import { Speaker } from "./media/speaker";
import { waitingVoiceMessages } from "./message-waiting";
import type { Account, PhoneEngine, PhoneState, SignInProblem } from "./phone-engine";
import { quietly } from "./quietly";
import { Registration } from "./registration";
import { parseServerAddress, type ServerAddress } from "./server-address";
import { type CallSurroundings, SipCall } from "./sip-call";

/** The server refused although it knew us before; asked again this often. */
const ASK_AGAIN_MS = 60_000;
/** A server heard of this recently needs no probe. */
const FRESH_MS = 3_000;
const NO_ANSWER_SECONDS = 180;
/** One call at a time; a second caller hears busy. */
const MAX_CALLS = 1;

const SIGNED_OUT: PhoneState = {
  registration: { kind: "signed-out" },
  identity: undefined,
  calls: [],
  voicemail: 0,
  soundBlocked: false,
  speakerMuted: false,
};

/** Everything that lives from sign-in to sign-out. */
interface Line {
  userAgent: UserAgent;
  connection: Connection;
  registration: Registration;
  surroundings: CallSurroundings;
  /** Calls that were ended while the connection was down. */
  pendingByes: Session[];
  everRegistered: boolean;
  /** Dialogs have to be told of the new connection. */
  wasLost: boolean;
  askAgain: ReturnType<typeof setTimeout> | undefined;
}

/** The telephone on SIP.js. */
export class SipPhoneEngine implements PhoneEngine {
  #state: PhoneState = SIGNED_OUT;
  readonly #listeners = new Set<(state: PhoneState) => void>();
  readonly #contact = claimContactIdentity();
  readonly #microphone = new Microphone();
  readonly #sounder = new Sounder((blocked) => this.#soundBlocked("sounder", blocked));
  readonly #speaker = new Speaker((blocked) => this.#soundBlocked("speaker", blocked));
  readonly #blocked = new Set<string>();
  readonly #callOfSession = new WeakMap<Session, SipCall>();
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
    if (line) await this.#close(line);
  }

  checkConnection(): void {
    const line = this.#line;
    if (!line) return;
    if (!line.connection.up) line.connection.retryNow();
    else if (line.connection.silentFor > FRESH_MS || this.#state.registration.kind === "failed") this.#register(line);
  }

  leavePage(): void {
    const line = this.#line;
    if (!line) return;
    this.#dropCalls();
    // Sent in this very moment; there will be no other to wait for the answer.
    void line.registration.unregister();
    line.connection.close();
    line.userAgent.stop().catch(() => {});
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
    const call = new SipCall(this.#nextCallId(), "outgoing", { number }, line.surroundings);
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
    const userAgent = new UserAgent({
      uri: new URI("sip", account.extension, server.domain),
      authorizationUsername: account.extension,
      authorizationPassword: account.password,
      displayName: account.extension,
      contactName: contact.user,
      viaHost: contact.host,
      noAnswerTimeout: NO_ANSWER_SECONDS,
      // A call that is refused as busy must not ring first.
      sendInitialProvisionalResponse: false,
      gracefulShutdown: false,
      logBuiltinEnabled: false,
      logConfiguration: false,
      transportOptions: { server: server.url, traceSip: false },
      sessionDescriptionHandlerFactory: (session) => this.#mediaFor(session),
    });
    this.#line = this.#makeLine(userAgent, server.domain);
    this.#line.connection.open();
  }

  #makeLine(userAgent: UserAgent, domain: string): Line {
    const connection = new Connection(userAgent, {
      onUp: () => this.#register(line),
      onDown: () => this.#connectionLost(line),
      onUnreachable: () => this.#signInFailed(line, "server-unreachable"),
    });
    const registration = new Registration(userAgent, {
      onRegistered: () => this.#registered(line),
      onRefused: (status) => this.#refused(line, status),
      onSilence: () => this.#silent(line),
    });
    const line: Line = {
      userAgent,
      connection,
      registration,
      surroundings: this.#surroundings(userAgent, connection, domain, (session) => line.pendingByes.push(session)),
      pendingByes: [],
      everRegistered: false,
      wasLost: false,
      askAgain: undefined,
    };
    userAgent.delegate = {
      onDisconnect: () => connection.lost(),
      onInvite: (invitation) => this.#invited(line, invitation),
      onNotify: (notification) => {
        void notification.accept();
        if (/message-summary/i.test(notification.request.getHeader("event") ?? ""))
          this.#set({ voicemail: waitingVoiceMessages(notification.request.body) });
      },
      onReferRequest: (request) => void request.reject({ statusCode: 603 }),
    };
    return line;
  }

  #surroundings(
    userAgent: UserAgent,
    connection: Connection,
    domain: string,
    byeLater: (session: Session) => void,
  ): CallSurroundings {
    const sounder = this.#sounder;
    return {
      userAgent,
      domain,
      microphone: this.#microphone,
      get audioContext() {
        return sounder.context;
      },
      get connected() {
        return connection.up;
      },
      onChange: () => this.#callsChanged(),
      adopt: (session, call) => this.#callOfSession.set(session, call),
      byeLater,
    };
  }

  #mediaFor(session: Session) {
    const call = this.#callOfSession.get(session);
    if (!call) throw new Error("A session without a call asks for media.");
    return call.createMedia();
  }

  #register(line: Line): void {
    clearTimeout(line.askAgain);
    line.registration.register();
  }

  #registered(line: Line): void {
    const { wasLost } = line;
    line.everRegistered = true;
    line.wasLost = false;
    line.connection.proved();
    this.#set({ registration: { kind: "registered" } });
    for (const session of line.pendingByes.splice(0)) quietly(() => session.bye());
    if (wasLost) for (const call of this.#calls) call.connectionRestored();
  }

  #refused(line: Line, status: number): void {
    // SIP.js reports a lost connection as 503; that is told by the connection itself.
    if (!line.connection.up) return;
    const problem: SignInProblem = [401, 403, 407].includes(status) ? "wrong-password" : "server-error";
    if (!line.everRegistered) {
      this.#signInFailed(line, problem);
      return;
    }
    this.#set({ registration: { kind: "failed", problem } });
    line.askAgain = setTimeout(() => this.#register(line), ASK_AGAIN_MS);
  }

  #silent(line: Line): void {
    if (line.everRegistered) line.connection.giveUpSocket();
    else this.#signInFailed(line, "server-error");
  }

  #connectionLost(line: Line): void {
    clearTimeout(line.askAgain);
    line.registration.connectionLost();
    if (!line.everRegistered) {
      this.#signInFailed(line, "server-unreachable");
      return;
    }
    line.wasLost = true;
    this.#set({ registration: { kind: "reconnecting" } });
    for (const call of this.#calls) call.connectionLost();
  }

  #signInFailed(line: Line, problem: SignInProblem): void {
    if (this.#line !== line) return;
    this.#line = undefined;
    this.#account = undefined;
    this.#refuseSignIn(problem);
    void this.#close(line);
  }

  #refuseSignIn(problem: SignInProblem): void {
    this.#set({ registration: { kind: "signed-out", problem } });
  }

  async #close(line: Line): Promise<void> {
    clearTimeout(line.askAgain);
    await line.registration.unregister();
    line.connection.close();
    await line.userAgent.stop().catch(() => {});
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
    const call = new SipCall(this.#nextCallId(), "incoming", { number, name }, line.surroundings);
    this.#add(call);
    call.ring(invitation);
    void this.#microphone.warm();
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
