import type { DeviceKind, Processing } from "../media/audio-state";
import type { LevelMeter } from "../media/level-meter";
import type { MessageOutcome } from "../messaging/message";
import type { MessageListener } from "../messaging/messaging";
import type { Account, PhoneEngine, PhoneState, Refusal } from "../phone-engine";
import type { Presence } from "../presence/pidf";
import type { PresenceListener } from "../presence/presence-watch";
import type { RecordedMessage } from "../sip-record/sip-record";
import type { Claim, Tabs } from "./browser-tabs";
import type { SharedShelf } from "./shared-shelf";
import { SHARED_COMMANDS, type SharedCommand, type TabMessage } from "./tab-message";

/** The telephone that this tab would have of its own. */
export interface OwnPhone extends PhoneEngine {
  /** Another page goes on with line, session and calls: here it is as after signing out, but nothing has ended. */
  standDown(): void;
}

type Role =
  /** Nobody has signed in, here or in another tab. */
  | "free"
  /** Signing in, and waiting for the phone. */
  | "claiming"
  /** The phone is in this tab. */
  | "leading"
  /** It is in another, and comes here when that one ends. */
  | "following"
  /** Signed in without a session that others could use: a phone for this tab alone. */
  | "apart"
  /** The page is gone, perhaps into the browser's cache. */
  | "left";

/** A tab that has the phone but does not say so hangs; its calls go on in one that does not. */
const SILENCE_MS = 2_000;

/**
 * One telephone for all tabs of a browser: one registration, one ring, one voice. The tab that holds the lock has it, all
 * others show its state and send it their commands, and the one that has waited longest goes on with phone and calls when
 * that tab ends.
 */
export class SharedPhone implements PhoneEngine {
  readonly #own: OwnPhone;
  readonly #tabs: Tabs;
  readonly #shelf: SharedShelf;
  readonly #name = newName();
  readonly #listeners = new Set<(state: PhoneState) => void>();
  readonly #messageListeners = new Set<MessageListener>();
  readonly #presenceListeners = new Set<PresenceListener>();
  /** The other tabs, as far as they have said so, and whom they watch. */
  readonly #followers = new Map<string, readonly string[]>();
  readonly #presences = new Map<string, Presence>();
  readonly #unsent = new Map<string, (outcome: MessageOutcome) => void>();
  #role: Role = "free";
  #claim: Claim | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  /** What is shown while the phone is elsewhere, and while it comes here. */
  #elsewhere: PhoneState | undefined;
  /** The name of the tab that has the phone, while this one follows it. */
  #leader: string | undefined;
  #signsOut = false;
  #watched: readonly string[] = [];

  constructor(own: OwnPhone, tabs: Tabs, shelf: SharedShelf) {
    this.#own = own;
    this.#tabs = tabs;
    this.#shelf = shelf;
    own.subscribe(() => this.#ownChanged());
    own.subscribeMessages((message) => {
      this.#tell({ kind: "message", message });
      for (const listener of this.#messageListeners) listener(message);
    });
    own.subscribePresence((number, presence) => {
      if (presence) this.#presences.set(number, presence);
      else this.#presences.delete(number);
      this.#tell({ kind: "presence", number, presence });
      this.#presenceChanged(number, presence);
    });
    tabs.listen((message) => this.#heard(message));
    this.#hello();
  }

  get state(): PhoneState {
    if (!this.#elsewhere) return this.#own.state;
    return { ...this.#elsewhere, elsewhere: this.#role === "following" };
  }

  subscribe(listener: (state: PhoneState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  // ---- signing in and out ----

  signIn(account: Account): void {
    if (this.#role === "following") return;
    this.#own.signIn(account);
    if (this.#role === "free" && this.#own.state.registration.kind !== "signed-out") this.#enter("claiming");
  }

  resumeSession(): void {
    if (this.#role !== "free") return;
    this.#elsewhere = { ...this.#own.state, registration: { kind: "connecting" } };
    this.#enter("claiming");
    this.#silence = setTimeout(() => this.#join("take"), SILENCE_MS);
    this.#changed();
  }

  async signOut(): Promise<void> {
    if (this.#role === "following") {
      this.#tabs.post({ kind: "command", name: "signOut", args: [] });
      return;
    }
    this.#elsewhere = undefined;
    this.#signsOut = true;
    await this.#own.signOut();
    // Not before: whoever has the phone next would sign in with the session.
    this.#signsOut = false;
    if (this.#role === "free") this.#letGo();
  }

  bringHere(): void {
    if (this.#role !== "following") return;
    this.#own.enableSound();
    this.#join("take");
  }

  leavePage(): void {
    const role = this.#role;
    this.#tabs.post({ kind: "goodbye", tab: this.#name });
    this.#role = "left";
    if (role !== "following") this.#own.leavePage();
    this.#letGo();
  }

  returnToPage(): void {
    if (this.#own.state.identity?.session || this.#elsewhere) {
      this.#own.standDown();
      this.#elsewhere = undefined;
      this.#role = "free";
      this.#hello();
      this.resumeSession();
    } else {
      this.#role = "free";
      this.#own.returnToPage();
      if (this.#own.state.registration.kind !== "signed-out") this.#enter("claiming");
    }
  }

  // ---- what goes to the phone, wherever it is ----

  readonly checkConnection = () => this.#command("checkConnection");
  readonly dial = (number: string) => this.#command("dial", number);
  readonly moveHere = (otherCallId: string) => this.#command("moveHere", otherCallId);
  readonly answer = (callId: string) => this.#command("answer", callId);
  readonly decline = (callId: string, answer?: Refusal) => this.#command("decline", callId, answer);
  readonly hangUp = (callId: string) => this.#command("hangUp", callId);
  readonly dismiss = (callId: string) => this.#command("dismiss", callId);
  readonly switchTo = (callId: string) => this.#command("switchTo", callId);
  readonly transfer = (callId: string, number: string) => this.#command("transfer", callId, number);
  readonly transferNow = (callId: string) => this.#command("transferNow", callId);
  readonly undoTransfer = (callId: string) => this.#command("undoTransfer", callId);
  readonly connectCalls = (callId: string, otherId: string) => this.#command("connectCalls", callId, otherId);
  readonly merge = (callId: string, otherId: string) => this.#command("merge", callId, otherId);
  readonly split = () => this.#command("split");
  readonly setMuted = (callId: string, muted: boolean) => this.#command("setMuted", callId, muted);
  readonly setHeld = (callId: string, held: boolean) => this.#command("setHeld", callId, held);
  readonly sendDigit = (callId: string, digit: string) => this.#command("sendDigit", callId, digit);
  readonly warmMicrophone = () => this.#command("warmMicrophone");
  readonly coolMicrophone = () => this.#command("coolMicrophone");
  readonly dismissAudioNotice = () => this.#command("dismissAudioNotice");

  async sendMessage(number: string, text: string): Promise<MessageOutcome> {
    if (this.#role !== "following") return this.#own.sendMessage(number, text);
    const id = newName();
    return new Promise((resolve) => {
      this.#unsent.set(id, resolve);
      this.#tabs.post({ kind: "send", id, number, text });
    });
  }

  subscribeMessages(listener: MessageListener): () => void {
    this.#messageListeners.add(listener);
    return () => this.#messageListeners.delete(listener);
  }

  watchPresence(numbers: readonly string[]): void {
    this.#watched = numbers;
    if (this.#role === "following") this.#tabs.post({ kind: "watch", tab: this.#name, numbers });
    else this.#watch();
  }

  subscribePresence(listener: PresenceListener): () => void {
    this.#presenceListeners.add(listener);
    return () => this.#presenceListeners.delete(listener);
  }

  // ---- what this tab knows as well, for when the phone comes here ----

  readonly setDoNotDisturb = (on: boolean) => this.#both("setDoNotDisturb", on);
  readonly setAutoAnswer = (allowed: boolean) => this.#both("setAutoAnswer", allowed);
  readonly setSpeakerMuted = (muted: boolean) => this.#both("setSpeakerMuted", muted);
  readonly chooseDevice = (kind: DeviceKind, id: string) => this.#both("chooseDevice", kind, id);
  readonly setProcessing = (change: Partial<Processing>) => this.#both("setProcessing", change);
  readonly setVolume = (volume: number) => this.#both("setVolume", volume);

  /** Of this tab: where several tabs are one phone, there is a server that tells more. */
  recordOf(sipCallId: string): readonly RecordedMessage[] {
    return this.#own.recordOf(sipCallId);
  }

  // ---- what is of this tab: its sound, and what it may do after a click ----

  enableSound(): void {
    this.#own.enableSound();
    // The other tab would want a click of its own.
    this.bringHere();
  }

  attachAudio(element: HTMLAudioElement | null): void {
    this.#own.attachAudio(element);
  }

  testSound(where: "speaker" | "ringer"): void {
    this.#own.testSound(where);
  }

  openMeter(kind: DeviceKind): LevelMeter {
    return this.#own.openMeter(kind);
  }

  // ---- whose the phone is ----

  #enter(role: Role): void {
    this.#role = role;
    this.#join("wait");
  }

  #join(how: "wait" | "take"): void {
    this.#claim?.release();
    this.#claim = this.#tabs.claim(how, { onGranted: () => this.#granted(), onTaken: () => this.#taken() });
  }

  #letGo(): void {
    clearTimeout(this.#silence);
    this.#claim?.release();
    this.#claim = undefined;
  }

  #granted(): void {
    clearTimeout(this.#silence);
    if (this.#role === "following" && this.#elsewhere)
      this.#elsewhere = { ...this.#elsewhere, registration: { kind: "reconnecting" } };
    if (this.#elsewhere) this.#succeed(this.#elsewhere);
    this.#role = "leading";
    // Tabs where nobody has signed in have not said that they are there.
    this.#tabs.post(this.#stateMessage());
    this.#ownChanged();
    this.#watch();
  }

  /** Goes on where the page or tab before has left off. */
  #succeed({ doNotDisturb, autoAnswer, speakerMuted, audio }: PhoneState): void {
    this.#loseMessages();
    this.#own.setDoNotDisturb(doNotDisturb);
    this.#own.setAutoAnswer(autoAnswer);
    this.#own.setSpeakerMuted(speakerMuted);
    if (audio.volume !== this.#own.state.audio.volume) this.#own.setVolume(audio.volume);
    this.#own.resumeSession();
  }

  /** Another tab has taken the phone; it goes on with the calls. */
  #taken(): void {
    if (this.#role !== "leading") return;
    this.#elsewhere = this.#own.state;
    this.#role = "following";
    this.#leader = undefined;
    this.#followers.clear();
    this.#own.standDown();
    this.#shelf.forget();
    this.#join("wait");
    this.#hello();
    this.#changed();
  }

  #follow({ tab, state }: TabMessage & { kind: "state" }): void {
    this.#elsewhere = state;
    if (this.#role === "following" && this.#leader === tab) return;
    this.#leader = tab;
    this.#loseMessages();
    clearTimeout(this.#silence);
    // Two tabs that have signed in at the same time; the other was first.
    if (this.#own.state.registration.kind !== "signed-out") this.#own.standDown();
    this.#role = "following";
    if (!this.#claim) this.#join("wait");
    this.#tabs.post({ kind: "watch", tab: this.#name, numbers: this.#watched });
  }

  #ownChanged(): void {
    const { registration, identity } = this.#own.state;
    switch (this.#role) {
      case "claiming":
        // Refused or cancelled before the phone was ours.
        if (!this.#elsewhere && registration.kind === "signed-out") this.#becomeFree();
        break;
      case "leading":
        if (registration.kind !== "connecting") this.#elsewhere = undefined;
        if (registration.kind === "signed-out") this.#becomeFree();
        else if (registration.kind === "registered" && !identity?.session) this.#goApart();
        else this.#tellState();
        break;
      case "apart":
        if (registration.kind === "signed-out") this.#becomeFree();
        break;
      case "following":
        return;
      case "free":
      case "left":
        break;
    }
    this.#changed();
  }

  #becomeFree(): void {
    if (this.#role === "leading") this.#tabs.post({ kind: "free" });
    else this.#hello();
    this.#role = "free";
    this.#followers.clear();
    if (!this.#signsOut) this.#letGo();
  }

  #goApart(): void {
    this.#role = "apart";
    this.#followers.clear();
    this.#tabs.post({ kind: "free" });
    this.#letGo();
  }

  // ---- between tabs ----

  #hello(): void {
    this.#tabs.post({ kind: "hello", tab: this.#name });
  }

  #heard(message: TabMessage): void {
    if (this.#role === "leading") this.#heardAsLeader(message);
    else if (this.#role === "free" || this.#role === "claiming" || this.#role === "following")
      this.#heardAsFollower(message);
  }

  #heardAsLeader(message: TabMessage): void {
    switch (message.kind) {
      case "hello":
        if (!this.#followers.has(message.tab)) this.#followers.set(message.tab, []);
        this.#tellState();
        break;
      case "goodbye":
        this.#followers.delete(message.tab);
        this.#watch();
        break;
      case "command":
        if (message.name === "signOut") void this.signOut();
        else if (SHARED_COMMANDS.includes(message.name)) run(this.#own, message.name, message.args);
        break;
      case "send":
        void this.#send(message);
        break;
      case "watch":
        this.#followers.set(message.tab, message.numbers);
        this.#watch();
        for (const number of message.numbers) {
          this.#tabs.post({ kind: "presence", number, presence: this.#presences.get(number) });
        }
        break;
      default:
        break;
    }
  }

  #heardAsFollower(message: TabMessage): void {
    switch (message.kind) {
      case "state":
        this.#shelf.inherit(message.state.identity?.address ?? "", message.kept);
        this.#follow(message);
        this.#changed();
        break;
      case "free":
        if (this.#role !== "following") break;
        this.#leader = undefined;
        this.#elsewhere = undefined;
        this.#role = "free";
        this.#letGo();
        this.#shelf.forget();
        this.#loseMessages();
        this.#changed();
        break;
      case "message":
        for (const listener of this.#messageListeners) listener(message.message);
        break;
      case "presence":
        this.#presenceChanged(message.number, message.presence);
        break;
      case "outcome":
        this.#unsent.get(message.id)?.(message.outcome);
        this.#unsent.delete(message.id);
        break;
      default:
        break;
    }
  }

  async #send({ id, number, text }: TabMessage & { kind: "send" }): Promise<void> {
    const outcome = await this.#own.sendMessage(number, text);
    this.#tabs.post({ kind: "outcome", id, outcome });
  }

  /** Whoever had them to send is gone. */
  #loseMessages(): void {
    for (const tell of this.#unsent.values()) tell({ kind: "failed", reason: "connection" });
    this.#unsent.clear();
  }

  #command<Name extends SharedCommand>(name: Name, ...args: Parameters<PhoneEngine[Name]>): void {
    if (this.#role === "following") this.#tabs.post({ kind: "command", name, args });
    else run(this.#own, name, args);
  }

  #both<Name extends SharedCommand>(name: Name, ...args: Parameters<PhoneEngine[Name]>): void {
    if (this.#role === "following") this.#tabs.post({ kind: "command", name, args });
    run(this.#own, name, args);
  }

  #watch(): void {
    this.#own.watchPresence([...new Set([...this.#watched, ...[...this.#followers.values()].flat()])]);
  }

  /** Not every change of a phone that nobody else shows. */
  #tell(message: TabMessage): void {
    if (this.#role === "leading" && this.#followers.size > 0) this.#tabs.post(message);
  }

  #tellState(): void {
    this.#tell(this.#stateMessage());
  }

  #stateMessage(): TabMessage {
    return { kind: "state", tab: this.#name, state: this.state, kept: this.#shelf.kept };
  }

  #presenceChanged(number: string, presence: Presence | undefined): void {
    for (const listener of this.#presenceListeners) listener(number, presence);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener(this.state);
  }
}

function run(phone: PhoneEngine, name: SharedCommand, args: readonly unknown[]): void {
  const command = phone[name] as (...args: readonly unknown[]) => void;
  command.apply(phone, [...args]);
}

/** crypto.randomUUID() is for secure pages only. */
function newName(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join("");
}
