/**
 * What a page of others sees of the phone (docs/embedding.md). It stays as it is from version to version: names are added,
 * but none is taken away. Nothing is imported here, because these are also the types that the server hands out.
 */

export type Registration = "signed-out" | "connecting" | "registered" | "reconnecting" | "failed";

export type CallState =
  | "dialling"
  | "ringing"
  | "incoming"
  | "connecting"
  | "talking"
  /** We have put it on hold. */
  | "held"
  | "ended";

export interface PhoneCall {
  readonly id: string;
  readonly direction: "incoming" | "outgoing";
  /** As the server says it, which knows who is who. */
  readonly number: string;
  readonly name?: string;
  readonly state: CallState;
  readonly muted: boolean;
  /** The other side has put it on hold. */
  readonly heldByOther: boolean;
  /** When it was answered, in milliseconds since 1970. */
  readonly answeredAt?: number;
  /** Of a call that has ended, such as "busy"; and in words for the user, in the language of the phone. */
  readonly reason?: string;
  readonly reasonText?: string;
}

/** A login to SIP that is good for a while, from `POST /api/session` or `GET /api/session` (docs/api.md). */
export interface SipCredentials {
  extension: string;
  username: string;
  password: string;
  /** Milliseconds since 1970. */
  expires: number;
}

export type SignIn =
  /** Kept in the memory of the page only. */
  | { extension: string; password: string }
  /** Asks your own server for a login, at once and whenever the last one comes to its end. */
  | { credentials: () => Promise<SipCredentials> };

export interface TextMessage {
  readonly number: string;
  readonly name?: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
}

/** Why something was not done: `code` for programs, `message` for the user, in the language of the phone. */
export interface PhoneProblem extends Error {
  readonly code: string;
}

export interface PhoneEvents {
  /** The registration has changed, or whether the browser lets sound be heard. */
  statuschange: CustomEvent<undefined>;
  /** Something about the calls has changed. */
  callschange: CustomEvent<readonly PhoneCall[]>;
  /** Somebody calls. */
  incomingcall: CustomEvent<PhoneCall>;
  /** A call has ended, and says why. */
  callended: CustomEvent<PhoneCall>;
  /** Somebody has written. */
  message: CustomEvent<TextMessage>;
}

/**
 * A telephone. What concerns a call names it by its id; a call that is gone is no error: it may have ended a moment ago.
 */
export interface WebCallingPhone extends EventTarget {
  readonly registration: Registration;
  /** Why it is "signed-out" or "failed", in words for the user; undefined if nothing is wrong. */
  readonly problem: string | undefined;
  readonly extension: string | undefined;
  /** The oldest first. A call that has ended stays for a few seconds, and says why. */
  readonly calls: readonly PhoneCall[];
  /** The browser plays nothing until the user has pressed something: call `enableSound()` then. */
  readonly soundBlocked: boolean;
  /** Where the other side is heard. */
  readonly audio: HTMLAudioElement;

  /** Resolves once calls can be made; rejects with a `PhoneProblem`. */
  signIn(how: SignIn): Promise<void>;
  /** Ends all calls. */
  signOut(): Promise<void>;

  /** Calls a number in any spelling and returns the new call; throws a `PhoneProblem`. Puts the call on hold that is talked on. */
  call(number: string): PhoneCall;
  answer(callId: string): void;
  /** The caller hears that nobody wants to talk. */
  reject(callId: string): void;
  /** Ends it, or takes it back while it rings. */
  hangUp(callId: string): void;
  setMuted(callId: string, muted: boolean): void;
  setHeld(callId: string, held: boolean): void;
  /** 0 to 9, * and #. */
  sendDigits(callId: string, digits: string): void;
  /** Connects the other side with a number in any spelling; throws a `PhoneProblem` if it is none. */
  transfer(callId: string, number: string): void;
  /** Resolves with what became of it; rejects with a `PhoneProblem`. */
  sendMessage(number: string, text: string): Promise<"delivered" | "kept">;
  /** Call it in a click handler. */
  enableSound(): void;
  /** Signs out, and is of no use any more. */
  close(): Promise<void>;

  addEventListener<Name extends keyof PhoneEvents>(
    name: Name,
    listener: (event: PhoneEvents[Name]) => void,
    options?: AddEventListenerOptions | boolean,
  ): void;
  addEventListener(
    name: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: AddEventListenerOptions | boolean,
  ): void;
  removeEventListener<Name extends keyof PhoneEvents>(
    name: Name,
    listener: (event: PhoneEvents[Name]) => void,
    options?: EventListenerOptions | boolean,
  ): void;
  removeEventListener(
    name: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: EventListenerOptions | boolean,
  ): void;
}

export interface PhoneOptions {
  /** `https://pbx.example.com`; without it the server from which the program of the phone came. */
  server?: string;
  /** Of its sentences: "en", "de", "es", "fr" or "hi"; without it that of the browser. */
  language?: string;
}

/** `<webcalling-phone number="1001" server="https://pbx.example.com" extension="1002" lang="de">` */
export interface WebCallingPhoneElement extends HTMLElement {
  readonly phone: WebCallingPhone;
}
