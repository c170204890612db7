import type { Call } from "../phone-engine/phone-engine";

/** What a call does in one word, for styles and tests. */
export function callStateName({ phase, transfer }: Call): string {
  switch (phase.kind) {
    case "ringing":
      return phase.earlyMedia ? "early-media" : "ringing";
    case "active":
      switch (transfer?.kind) {
        case "pending":
          return "transfer-pending";
        case "transferring":
          return "transferring";
        case "failed":
          return "transfer-failed";
        case undefined:
          return phase.held ? "held" : "active";
      }
      break;
    default:
      return phase.kind;
  }
}
