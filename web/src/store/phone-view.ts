import type { PhoneState } from "../phone-engine/phone-engine";

export type NumberError = "empty" | "not-a-number" | "not-registered";

/** The engine's state and what is open on the screen. */
export interface PhoneView extends PhoneState {
  pad: { open: boolean; number: string; error?: NumberError };
  /** The keypad for digits within a call. */
  digitsOpen: boolean;
  /** Browsers give this page no microphone; `otherwise` is where they give one to the same phone, if that is known. */
  insecurePage?: { otherwise?: string };
}
