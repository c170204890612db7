import { isDigit } from "../phone-engine/phone-number";
import type { Phone } from "./phone-store";
import { screenOf } from "./screen";
import type { Shell } from "./shell";
import { keysOf, SHORTCUTS } from "./shortcuts";

/**
 * Digits typed anywhere on the phone's page reach the phone, as on a desk phone, and single keys are commands.
 * Returns how to stop.
 */
export function listenToKeyboard(phone: Phone, target: Document, shell?: Shell): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTextField(event.target)) return;
    // A question is open; what is typed is the answer to that.
    if (phone.store.getState().dialRequest) return;
    if (shell?.settings.getState().shortcuts === false || target.querySelector("dialog[open]")) return;
    if (dial(phone, event, shell) || command(phone, event, shell)) event.preventDefault();
  };
  target.addEventListener("keydown", onKeyDown);
  return () => target.removeEventListener("keydown", onKeyDown);
}

/** True if the key was one of the telephone's own. */
function dial({ store, commands }: Phone, event: KeyboardEvent, shell?: Shell): boolean {
  if (shell && shell.navigation.getState().page !== "phone") return false;
  const isNumber = isDigit(event.key) || event.key === "+";
  switch (screenOf(store.getState())) {
    case "idle":
    case "ended":
      if (isNumber) commands.typeKey(event.key);
      return isNumber;
    case "new-call":
      if (isNumber) commands.typeKey(event.key);
      else if (event.key === "Backspace") commands.deleteKey();
      else if (event.key === "Escape") commands.togglePad();
      // A focused button answers to Enter itself.
      else if (event.key === "Enter" && !isPressable(event.target)) commands.call();
      else return false;
      return true;
    case "in-call":
      if (isDigit(event.key)) commands.sendDigit(event.key);
      return isDigit(event.key);
    case "sign-in":
    case "calling":
    case "incoming":
      return false;
  }
}

function command(phone: Phone, event: KeyboardEvent, shell?: Shell): boolean {
  // A key that is held down would answer and hang up, or mute and unmute, many times.
  if (event.repeat) return false;
  const keys = keysOf(event);
  const shortcut = SHORTCUTS.find((one) => one.keys === keys && one.applies(phone.store.getState()));
  shortcut?.run(phone, shell);
  return shortcut !== undefined;
}

function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches("input, textarea, select");
}

function isPressable(target: EventTarget | null): boolean {
  return target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement;
}
