import type { Call } from "../phone-engine/phone-engine";
import type { PhoneView } from "./phone-view";

export type Screen = "sign-in" | "idle" | "new-call" | "calling" | "incoming" | "in-call" | "ended";

type Calls = Pick<PhoneView, "calls" | "current">;

/** The call that the screen is about: the one that has the user's ear. */
export function currentCall({ calls, current }: Calls): Call | undefined {
  return calls.find(({ id }) => id === current) ?? calls.at(-1);
}

export function liveCalls({ calls }: Pick<PhoneView, "calls">): readonly Call[] {
  return calls.filter(({ phase }) => phase.kind !== "ended");
}

/** Calls that the current one can be swapped, merged or connected with. */
export function partnersOf(view: Calls): readonly Call[] {
  const current = currentCall(view);
  return view.calls.filter((call) => call !== current && canTalk(call));
}

/** Answered, and nobody is about to take it away. */
export function canTalk({ phase, transfer }: Call): boolean {
  return phase.kind === "active" && transfer?.kind !== "transferring";
}

export function screenOf(view: PhoneView): Screen {
  const { kind } = view.registration;
  if (kind === "signed-out" || kind === "connecting") return "sign-in";
  const call = currentCall(view);
  if (!call) return view.pad.open ? "new-call" : "idle";
  switch (call.phase.kind) {
    case "preparing":
    case "calling":
    case "ringing":
      return "calling";
    case "incoming":
    case "connecting":
      return "incoming";
    case "active":
      return view.pad.open ? "new-call" : "in-call";
    case "ended":
      return "ended";
  }
}
