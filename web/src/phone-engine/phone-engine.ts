import type { EndReason } from "./end-reason";
import type { AudioState, DeviceKind, Processing } from "./media/audio-state";
import type { LevelMeter } from "./media/level-meter";
import type { MessageOutcome, ReceivedMessage } from "./messaging/message";
import type { MicrophoneProblem } from "./microphone-problem";
import type { OtherCall } from "./other-devices/dialog-info";
import type { PresenceListener } from "./presence/presence-watch";
import type { CallQuality } from "./quality/call-quality";
import type { LiveQuality } from "./quality/quality-watch";
import type { RecordedMessage } from "./sip-record/sip-record";

/** What a person signs in with. `server` is empty for the PBX that served this page. */
export interface Account {
  extension: string;
  password: string;
  server: string;
}

export type SignInProblem =
  | "wrong-password"
  | "server-unreachable"
  | "server-error"
  | "bad-server-address"
  | "missing-extension"
  | "missing-password"
  /** The session of this browser is over: signed out elsewhere, too old, or the password was changed. */
  | "session-ended";

/** The registration as it is, never as hoped. */
export type Registration =
  | { kind: "signed-out"; problem?: SignInProblem }
  /** First sign-in under way; nothing is known to work yet. */
  | { kind: "connecting" }
  | { kind: "registered" }
  /** Was registered; the connection is gone and being made again. */
  | { kind: "reconnecting" }
  /** Was registered; the server now answers, but refuses. Tried again from time to time. */
  | { kind: "failed"; problem: SignInProblem };

/** Whose extension this phone is. */
export interface Identity {
  extension: string;
  /** `sip:1002@localhost` */
  address: string;
  /** What the user knows the server as, for sentences about it. */
  server: string;
  /** This browser has a session at the server: it can sign in again without the password. */
  session?: boolean;
}

export interface Peer {
  number: string;
  name?: string;
}

export type CallPhase =
  /** Waiting for the microphone. */
  | { kind: "preparing" }
  | { kind: "calling" }
  /** With early media the far end's ringback is heard, otherwise the phone plays its own. */
  | { kind: "ringing"; earlyMedia: boolean }
  | { kind: "incoming" }
  /** Answered here, the answer is on its way. */
  | { kind: "connecting" }
  | { kind: "active"; since: number; held: boolean; resumed: boolean; heldByPeer: boolean; mediaTrouble: boolean }
  | { kind: "ended"; reason: EndReason };

/** A request of the user that failed without ending the call. */
export type CallNotice = "hold-failed" | "resume-failed" | "digits-unsupported" | "merge-failed" | MicrophoneProblem;

export type Refusal = "busy" | "declined";

/** Why a transfer has failed; the call is still there. */
export type TransferFailure =
  | "busy"
  | "no-answer"
  | "unknown-number"
  | "declined"
  /** Not allowed, by the server or for this call. */
  | "refused"
  | "connection"
  /** The server has said nothing about how it went. */
  | "unknown"
  | "failed";

export type Transfer =
  /** Held back until `sendsAt` (milliseconds since 1970), so that it can be undone. */
  | { kind: "pending"; target: Peer; sendsAt: number }
  | { kind: "transferring"; target: Peer; ringing: boolean }
  | { kind: "failed"; target: Peer; reason: TransferFailure };

export interface Call {
  id: string;
  direction: "outgoing" | "incoming";
  peer: Peer;
  phase: CallPhase;
  muted: boolean;
  /** The user says something that nobody hears. */
  talkingWhileMuted?: boolean;
  /** Nobody pressed Answer: the caller asked for it and the user has allowed that. */
  answeredByItself?: boolean;
  /** Digits sent so far. */
  digits: string;
  notice?: CallNotice;
  /** Of this call to somebody else; of an ended call, the one that ended it. */
  transfer?: Transfer;
  /** While it is answered, measured anew every second. */
  quality?: LiveQuality;
  /** What SIP, and with it the server's history, knows the call as; not before there is an INVITE. */
  sipCallId?: string;
  /** Of an ended call, if it was long enough to be measured. */
  summary?: CallQuality;
}

/** So many calls at once; the next caller hears busy. */
export const MAX_CALLS = 6;

export interface PhoneState {
  registration: Registration;
  /** Who is signed in, or tried to last. */
  identity?: Identity;
  /** Oldest first; an ended call stays until it is dismissed. */
  calls: readonly Call[];
  /** Id of the call that has the user's ear and mouth; all others but one merged with it are silent and hear nothing. */
  current?: string;
  /** Ids of the two calls that are one talk of three; empty if there is none. */
  merged: readonly string[];
  /** What the user talks on with another phone of the extension. */
  otherCalls: readonly OtherCall[];
  /** Callers hear busy, and nothing rings. */
  doNotDisturb: boolean;
  /** Calls that ask for it may be answered without the user, if there is no other call. */
  autoAnswer: boolean;
  /** Waiting voice messages. */
  voicemail: number;
  /** The browser refuses to play sound until the user presses something. */
  soundBlocked: boolean;
  speakerMuted: boolean;
  /** The phone is in another tab of this browser, with its sound: this one shows it and has commands for it. */
  elsewhere: boolean;
  audio: AudioState;
}

/**
 * A telephone without a face. Commands return at once; what becomes of them is told by `subscribe`.
 * A command for a call that is gone or in another phase is nothing.
 */
export interface PhoneEngine {
  readonly state: PhoneState;
  subscribe(listener: (state: PhoneState) => void): () => void;

  /** Call it in a click or key handler: only then does the browser unlock sound. */
  signIn(account: Account): void;
  /** Signs in with the session that this browser has open at the server of this page. */
  resumeSession(): void;
  /** Ends calls, unregisters and disconnects. */
  signOut(): Promise<void>;
  /** Takes the phone and its calls from the tab that has them. Call it in a click handler. */
  bringHere(): void;
  /** Finds out whether the server is still there; reconnects at once if it is not. */
  checkConnection(): void;

  /** A number that `readNumber` has accepted. Puts the call on hold that is talked on; nothing with `MAX_CALLS` calls. */
  dial(number: string): void;
  /** Goes on here with a call of `otherCalls`; the phone that had it is told. Puts the call on hold that is talked on. */
  moveHere(otherCallId: string): void;
  /** Puts the call on hold that is talked on. */
  answer(callId: string): void;
  /** "busy" (486) is this phone's answer; "declined" (603) ends the ringing of all phones of the extension. */
  decline(callId: string, answer?: Refusal): void;
  /** Ends a call or takes back one that is not answered yet. */
  hangUp(callId: string): void;
  dismiss(callId: string): void;
  /** Talks on this call from now on: the one before goes on hold, this one is resumed. */
  switchTo(callId: string): void;
  /** Connects the other side with a number, after ten seconds in which it can be undone; the call is on hold meanwhile. */
  transfer(callId: string, number: string): void;
  /** Does not wait for the ten seconds to pass. */
  transferNow(callId: string): void;
  /** Takes back a transfer that is held back, and the call; or forgets one that has failed. */
  undoTransfer(callId: string): void;
  /** Connects the other sides of two calls with each other, at once. */
  connectCalls(callId: string, otherId: string): void;
  /** Makes one talk of two calls, mixed in this page; whichever was on hold is resumed. */
  merge(callId: string, otherId: string): void;
  /** Two calls again: the current one goes on, the other is put on hold. */
  split(): void;
  setMuted(callId: string, muted: boolean): void;
  setHeld(callId: string, held: boolean): void;
  sendDigit(callId: string, digit: string): void;
  /** A text to a number that `readNumber` has accepted. Never rejects. */
  sendMessage(number: string, text: string): Promise<MessageOutcome>;
  /** Tells of every text that comes in, those that were kept for us too. */
  subscribeMessages(listener: (message: ReceivedMessage) => void): () => void;
  /** What this page has said and heard over SIP in a call, as its `sipCallId` names it; without secrets. */
  recordOf(sipCallId: string): readonly RecordedMessage[];
  /** These are to be watched from now on, and no others. */
  watchPresence(numbers: readonly string[]): void;
  /** Tells how those who are watched stand; undefined when that is no longer known. */
  subscribePresence(listener: PresenceListener): () => void;
  setDoNotDisturb(on: boolean): void;
  setAutoAnswer(allowed: boolean): void;

  /** Opens the microphone ahead of a call if the user has granted it before, so that dialling does not wait for it. */
  warmMicrophone(): void;
  coolMicrophone(): void;
  setSpeakerMuted(muted: boolean): void;
  /** Call it in a click handler. */
  enableSound(): void;
  /** Where the far end is heard. */
  attachAudio(element: HTMLAudioElement | null): void;

  /** An empty id is the system's default. Calls that are up go on with the new device. */
  chooseDevice(kind: DeviceKind, id: string): void;
  setProcessing(change: Partial<Processing>): void;
  /** Of the far end, 0 to 1. */
  setVolume(volume: number): void;
  /** Plays a sound there. Call it in a click handler. */
  testSound(where: "speaker" | "ringer"): void;
  /** The microphone's opens it, asking for permission if need be. Call it in a click handler, and close the meter. */
  openMeter(kind: DeviceKind): LevelMeter;
  dismissAudioNotice(): void;

  /**
   * The page goes away: unregister and disconnect in one breath. Calls that are answered are left to the page that comes
   * after this one in the same tab, which takes them back as soon as the same extension is registered; others end.
   */
  leavePage(): void;
  /** The page came back from the browser's cache. */
  returnToPage(): void;
}
