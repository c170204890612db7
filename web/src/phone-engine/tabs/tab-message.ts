import type { KeptCall } from "../kept-calls";
import type { MessageOutcome, ReceivedMessage } from "../messaging/message";
import type { PhoneEngine, PhoneState } from "../phone-engine";
import type { Presence } from "../presence/pidf";

/** What any tab may ask of the phone, wherever it is: commands that take plain values and answer nothing. */
export const SHARED_COMMANDS = [
  "checkConnection",
  "dial",
  "moveHere",
  "answer",
  "decline",
  "hangUp",
  "dismiss",
  "switchTo",
  "transfer",
  "transferNow",
  "undoTransfer",
  "connectCalls",
  "merge",
  "split",
  "setMuted",
  "setHeld",
  "sendDigit",
  "setDoNotDisturb",
  "setAutoAnswer",
  "warmMicrophone",
  "coolMicrophone",
  "setSpeakerMuted",
  "chooseDevice",
  "setProcessing",
  "setVolume",
  "dismissAudioNotice",
] as const satisfies readonly (keyof PhoneEngine)[];

export type SharedCommand = (typeof SHARED_COMMANDS)[number];

/** Between tabs of one browser that show the same phone. `tab` is the name of the tab that speaks. */
export type TabMessage =
  // The tab that has the phone says:
  /** So the phone stands, and that is what is kept of its calls. */
  | { kind: "state"; tab: string; state: PhoneState; kept: readonly KeptCall[] }
  /** There is no phone to share: it is signed out, or signed in without a session that others could use. */
  | { kind: "free" }
  | { kind: "message"; message: ReceivedMessage }
  | { kind: "presence"; number: string; presence: Presence | undefined }
  | { kind: "outcome"; id: string; outcome: MessageOutcome }
  // The others say:
  /** Is there anybody who has the phone? */
  | { kind: "hello"; tab: string }
  | { kind: "goodbye"; tab: string }
  | { kind: "command"; name: SharedCommand | "signOut"; args: readonly unknown[] }
  | { kind: "send"; id: string; number: string; text: string }
  | { kind: "watch"; tab: string; numbers: readonly string[] };
