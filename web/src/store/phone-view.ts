import type { PhoneState } from "../phone-engine/phone-engine";

export type NumberError = "empty" | "not-a-number" | "not-registered";

/** The engine's state and what is open on the screen. */
export interface PhoneView extends PhoneState {
  pad: { open: boolean; number: string; error?: NumberError };
  /** The keypad for digits within a call. */
  digitsOpen: boolean;
}
