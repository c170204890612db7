import { endReason, signInProblem } from "../languages/phrases";
import { text } from "../languages/text";
import type { CredentialSource, NoCredential, Signed } from "../phone-engine/credential-source";
import type { Call, PhoneEngine } from "../phone-engine/phone-engine";
import { isDigit, readNumber } from "../phone-engine/phone-number";
import type {
  CallState,
  PhoneCall,
  PhoneProblem,
  Registration,
  SignIn,
  SipCredentials,
  TextMessage,
  WebCallingPhone,
} from "./api";

/** How long the reason of an ended call is there. */
const SHOW_ENDED_MS = 6_000;

/** Why something was not done, for programs and for people. */
class Problem extends Error implements PhoneProblem {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "PhoneProblem";
    this.code = code;
  }
}

/** Asks the page around the phone for logins, where that has a way to get them. */
export class PageCredentials implements CredentialSource {
  ask: (() => Promise<SipCredentials>) | undefined;

  /** With a password there is no session: it is what SIP is signed in with. */
  async open(): Promise<"none"> {
    return "none";
  }

  async renew(): Promise<Signed | NoCredential> {
    if (!this.ask) return "session-ended";
    try {
      const { extension, username, password, expires } = await this.ask();
      const isWhole = [extension, username, password].every((word) => typeof word === "string" && word !== "");
      return isWhole ? { extension, credential: { username, password, expires } } : "session-ended";
    } catch {
      return "server-unreachable";
    }
  }

  async close(): Promise<void> {
    this.ask = undefined;
  }
}

/** The phone engine as a page of others sees it. */
export class EmbeddedPhone
  extends EventTarget
  implements Omit<WebCallingPhone, "addEventListener" | "removeEventListener">
{
  readonly audio = document.createElement("audio");
  readonly #engine: PhoneEngine;
  readonly #credentials: PageCredentials;
  readonly #unsubscribe: (() => void)[];
  #before: PhoneEngine["state"];
  /** The calls as the page was told of them last. */
  #told = "[]";

  constructor(engine: PhoneEngine, credentials: PageCredentials) {
    super();
    this.#engine = engine;
    this.#credentials = credentials;
    this.#before = engine.state;
    engine.attachAudio(this.audio);
    this.#unsubscribe = [
      engine.subscribe(() => this.#changed()),
      engine.subscribeMessages(({ from, text, sentAt }) => {
        const message: TextMessage = { number: from.number, name: from.name, text, sentAt };
        this.dispatchEvent(new CustomEvent("message", { detail: message }));
      }),
    ];
  }

  get registration(): Registration {
    return this.#engine.state.registration.kind;
  }

  get problem(): string | undefined {
    const { registration, identity } = this.#engine.state;
    const problem = "problem" in registration ? registration.problem : undefined;
    return problem && signInProblem(text, problem, identity);
  }

  get extension(): string | undefined {
    return this.#engine.state.identity?.extension;
  }

  get calls(): readonly PhoneCall[] {
    return this.#engine.state.calls.map(shown);
  }

  get soundBlocked(): boolean {
    return this.#engine.state.soundBlocked;
  }

  async signIn(how: SignIn): Promise<void> {
    if (this.registration !== "signed-out") await this.signOut();
    if ("credentials" in how) {
      this.#credentials.ask = how.credentials;
      this.#engine.resumeSession();
    } else this.#engine.signIn({ extension: how.extension, password: how.password, server: "" });
    await this.#signedIn();
  }

  async signOut(): Promise<void> {
    await this.#engine.signOut();
  }

  call(wish: string): PhoneCall {
    const number = numberOf(wish);
    if (this.registration !== "registered") throw new Problem("not-registered", text("numberErrors.not-registered"));
    const known = new Set(this.#engine.state.calls.map(({ id }) => id));
    this.#engine.dial(number);
    const call = this.#engine.state.calls.find(({ id }) => !known.has(id));
    if (!call) throw new Problem("too-many-calls", text("numberErrors.too-many-calls"));
    return shown(call);
  }

  answer(callId: string): void {
    this.#engine.answer(callId);
  }

  reject(callId: string): void {
    this.#engine.decline(callId);
  }

  hangUp(callId: string): void {
    this.#engine.hangUp(callId);
  }

  setMuted(callId: string, muted: boolean): void {
    this.#engine.setMuted(callId, muted);
  }

  setHeld(callId: string, held: boolean): void {
    this.#engine.setHeld(callId, held);
  }

  sendDigits(callId: string, digits: string): void {
    for (const digit of digits) if (isDigit(digit)) this.#engine.sendDigit(callId, digit);
  }

  transfer(callId: string, wish: string): void {
    this.#engine.transfer(callId, numberOf(wish));
    this.#engine.transferNow(callId);
  }

  async sendMessage(wish: string, words: string): Promise<"delivered" | "kept"> {
    const outcome = await this.#engine.sendMessage(numberOf(wish), words);
    if (outcome.kind !== "failed") return outcome.kind;
    throw new Problem(outcome.reason, text(`messageFailures.${outcome.reason}`, { who: wish }));
  }

  enableSound(): void {
    this.#engine.enableSound();
  }

  async close(): Promise<void> {
    await this.#engine.signOut();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#engine.attachAudio(null);
  }

  #signedIn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        const { registration, identity } = this.#engine.state;
        if (registration.kind === "connecting") return;
        unsubscribe();
        const problem = "problem" in registration ? registration.problem : undefined;
        if (problem) reject(new Problem(problem, signInProblem(text, problem, identity)));
        else if (registration.kind === "signed-out") reject(new Problem("signed-out", text("registration.signed-out")));
        else resolve();
      };
      const unsubscribe = this.#engine.subscribe(settle);
      settle();
    });
  }

  #changed(): void {
    const before = this.#before;
    const now = this.#engine.state;
    this.#before = now;
    if (now.registration !== before.registration || now.soundBlocked !== before.soundBlocked)
      this.#tell("statuschange");
    if (now.calls === before.calls) return;
    const phaseBefore = (id: string) => before.calls.find((call) => call.id === id)?.phase.kind;
    for (const call of now.calls) {
      const { kind } = call.phase;
      if (kind === phaseBefore(call.id)) continue;
      if (kind === "incoming") this.#tell("incomingcall", shown(call));
      if (kind !== "ended") continue;
      this.#tell("callended", shown(call));
      setTimeout(() => this.#engine.dismiss(call.id), SHOW_ENDED_MS);
    }
    // Not every second, when a call is measured anew.
    const { calls } = this;
    const words = JSON.stringify(calls);
    if (words === this.#told) return;
    this.#told = words;
    this.#tell("callschange", calls);
  }

  #tell(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

function numberOf(wish: string): string {
  const read = readNumber(wish);
  if ("problem" in read) throw new Problem(read.problem, text(`numberErrors.${read.problem}`));
  return read.number;
}

function shown(call: Call): PhoneCall {
  const { id, direction, peer, phase, muted } = call;
  const isActive = phase.kind === "active";
  const ended = phase.kind === "ended" && { reason: phase.reason, reasonText: endReason(text, phase.reason, call) };
  return {
    id,
    direction,
    number: peer.number,
    name: peer.name,
    state: stateOf(call),
    muted,
    heldByOther: isActive && phase.heldByPeer,
    answeredAt: isActive ? phase.since : undefined,
    ...ended,
  };
}

function stateOf({ phase }: Call): CallState {
  switch (phase.kind) {
    case "preparing":
    case "calling":
      return "dialling";
    case "active":
      return phase.held ? "held" : "talking";
    default:
      return phase.kind;
  }
}
