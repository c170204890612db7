import type { MicrophoneProblem } from "./microphone-problem";

/** Why a call is over. */
export type EndReason =
  | "hung-up"
  | "remote-hung-up"
  | "cancelled"
  | "rejected"
  | "missed"
  | "transferred"
  | "answered-elsewhere"
  /** Another phone of the same extension goes on with it. */
  | "moved"
  /** It could not be taken over from another phone. */
  | "not-moved"
  | "busy"
  | "no-answer"
  | "unavailable"
  | "unknown-number"
  | "declined"
  | "forbidden"
  | "no-common-codec"
  | "wrong-password"
  | "server-lost"
  | "server-error"
  | "media-failed"
  | "call-failed"
  | MicrophoneProblem;

/** What a final response to our INVITE means to a person; `rang` tells "does not answer" from "is not there". */
export function reasonOfStatus(status: number, rang: boolean): EndReason {
  switch (status) {
    case 401:
    case 407:
      return "wrong-password";
    case 403:
      return "forbidden";
    case 404:
    case 484:
    case 604:
      return "unknown-number";
    case 408:
    case 487:
      return "no-answer";
    case 410:
    case 480:
      return rang ? "no-answer" : "unavailable";
    case 486:
    case 600:
      return "busy";
    case 603:
      return "declined";
    case 415:
    case 488:
    case 606:
      return "no-common-codec";
    default:
      return status >= 500 && status < 600 ? "server-error" : "call-failed";
  }
}
