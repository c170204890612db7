import type { Peer } from "../phone-engine";

/** What somebody has written to this extension. */
export interface ReceivedMessage {
  /** Of the request that brought it (Call-ID and CSeq): the same for whatever comes twice. */
  id: string;
  from: Peer;
  text: string;
  /** Milliseconds since 1970. One that was kept for us says when it was sent. */
  sentAt: number;
}

/** Why a message has not reached anybody. */
export type MessageFailure =
  | "unknown-number"
  /** Nobody is there, and the server keeps no more for them. */
  | "not-kept"
  | "too-long"
  | "declined"
  /** The phone that it was for takes no text. */
  | "no-text"
  | "connection"
  /** The page was closed before the server had answered. */
  | "interrupted"
  | "failed";

export type MessageOutcome =
  | { kind: "delivered" }
  /** The server keeps it until the other side registers. */
  | { kind: "kept" }
  | { kind: "failed"; reason: MessageFailure };

/** The server takes so many bytes in UTF-8 as it is shipped. */
export const LONGEST_MESSAGE = 32_768;

export function isTooLong(text: string): boolean {
  return new TextEncoder().encode(text).length > LONGEST_MESSAGE;
}

/** What the final response to a MESSAGE says (RFC 3428 section 7). */
export function outcomeOf(status: number): MessageOutcome {
  if (status === 202) return { kind: "kept" };
  if (status >= 200 && status < 300) return { kind: "delivered" };
  return { kind: "failed", reason: failureOf(status) };
}

function failureOf(status: number): MessageFailure {
  switch (status) {
    case 404:
    case 484:
    case 604:
      return "unknown-number";
    case 480:
    case 486:
      return "not-kept";
    case 413:
    case 513:
      return "too-long";
    case 403:
    case 603:
    case 607:
      return "declined";
    case 405:
    case 406:
    case 415:
    case 488:
    case 501:
      return "no-text";
    // SIP.js reports silence and a lost connection so.
    case 408:
    case 503:
      return "connection";
    default:
      return "failed";
  }
}
