import type { PhoneState } from "../phone-engine/phone-engine";
import type { NumberProblem } from "../phone-engine/phone-number";

export type NumberError = NumberProblem | "not-registered" | "too-many-calls";

export interface NumberField {
  number: string;
  error?: NumberError;
}

/** The engine's state and what is open on the screen. */
export interface PhoneView extends PhoneState {
  pad: NumberField & { open: boolean };
  /** The keypad for digits within a call. */
  digitsOpen: boolean;
  /** The field for whom the current call is transferred to; not there while it is closed. */
  transferTo?: NumberField;
  /** Dialled last; empty if nothing was. */
  lastNumber: string;
  /** A link wants this number to be called. The user has to agree, unless it is none. */
  dialRequest?: NumberField;
  /** Browsers give this page no microphone; `otherwise` is where they give one to the same phone, if that is known. */
  insecurePage?: { otherwise?: string };
}
