import { withoutSecrets } from "./without-secrets";

/** One SIP message as it has passed the connection of this page, without what is secret. */
export interface RecordedMessage {
  /** Milliseconds since 1970. */
  at: number;
  direction: "sent" | "received";
  message: string;
}

/** The newest calls, and the newest messages of each. */
export const MOST_CALLS = 20;
export const MOST_MESSAGES = 300;
/** Of one message; the beginning says what it is. */
export const LONGEST_MESSAGE = 16_384;

/** What belongs to calls; registering and watching is nobody's story. */
const OF_CALLS = /^(INVITE|ACK|BYE|CANCEL|UPDATE|PRACK|INFO|REFER|NOTIFY)$/;

/** What this phone has said and heard in its calls, for as long as the page is open. */
export class SipRecord {
  readonly #calls = new Map<string, RecordedMessage[]>();

  note(direction: RecordedMessage["direction"], text: string): void {
    const callId = /^(?:call-id|i)[ \t]*:[ \t]*(\S+)/im.exec(text)?.[1];
    const method = /^cseq[ \t]*:[ \t]*\d+[ \t]+([A-Z]+)/im.exec(text)?.[1];
    if (!callId || !method || !OF_CALLS.test(method)) return;
    let messages = this.#calls.get(callId);
    if (!messages) {
      // A NOTIFY that is nobody's call would begin a story of its own.
      if (method !== "INVITE") return;
      messages = [];
      this.#calls.set(callId, messages);
      const [oldest] = this.#calls.keys();
      if (this.#calls.size > MOST_CALLS && oldest !== undefined) this.#calls.delete(oldest);
    }
    messages.push({ at: Date.now(), direction, message: withoutSecrets(text.slice(0, LONGEST_MESSAGE)) });
    if (messages.length > MOST_MESSAGES) messages.shift();
  }

  /** The oldest first; none if the call is not known, or was too long ago. */
  of(callId: string): readonly RecordedMessage[] {
    return [...(this.#calls.get(callId) ?? [])];
  }
}
