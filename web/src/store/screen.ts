import type { Call } from "../phone-engine/phone-engine";
import type { PhoneView } from "./phone-view";

export type Screen = "sign-in" | "idle" | "new-call" | "calling" | "incoming" | "in-call" | "ended";

/** The call that the screen is about: the one that has the user's ear. */
export function currentCall({ calls, current }: Pick<PhoneView, "calls" | "current">): Call | undefined {
  return calls.find(({ id }) => id === current) ?? calls.at(-1);
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
      return "in-call";
    case "ended":
      return "ended";
  }
}
