import type { Loop } from "./media/sounder";
import type { Call } from "./phone-engine";

/** What the phone plays by itself: it rings, but not into the ear of somebody who talks. */
export function soundFor(calls: readonly Call[], current: Call | undefined): Loop | undefined {
  if (calls.some(({ phase }) => phase.kind === "incoming")) return calls.some(isTalkedOn) ? "call-waiting" : "ringtone";
  const waits = current?.phase.kind === "ringing" && !current.phase.earlyMedia;
  return waits ? "ringback" : undefined;
}

/** The user has this call at the ear, or is about to. */
function isTalkedOn({ phase }: Call): boolean {
  switch (phase.kind) {
    case "preparing":
    case "calling":
    case "ringing":
    case "connecting":
      return true;
    case "active":
      return !phase.held;
    case "incoming":
    case "ended":
      return false;
  }
}
