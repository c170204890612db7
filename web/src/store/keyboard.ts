import { isDigit } from "../phone-engine/phone-number";
import type { Phone } from "./phone-store";
import { screenOf } from "./screen";

/** Digits typed anywhere on the page reach the phone, as on a desk phone. Returns how to stop. */
export function listenToKeyboard({ store, commands }: Phone, target: Document): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTextField(event.target)) return;
    // A question is open; what is typed is the answer to that.
    if (store.getState().dialRequest) return;
    const screen = screenOf(store.getState());
    switch (screen) {
      case "idle":
      case "ended":
        if (isDigit(event.key) || event.key === "+") commands.typeKey(event.key);
        else return;
        break;
      case "new-call":
        if (isDigit(event.key) || event.key === "+") commands.typeKey(event.key);
        else if (event.key === "Backspace") commands.deleteKey();
        else if (event.key === "Escape") commands.togglePad();
        // A focused button answers to Enter itself.
        else if (event.key === "Enter" && !isButton(event.target)) commands.call();
        else return;
        break;
      case "in-call":
        if (!isDigit(event.key)) return;
        commands.sendDigit(event.key);
        break;
      case "sign-in":
      case "calling":
      case "incoming":
        return;
    }
    event.preventDefault();
  };
  target.addEventListener("keydown", onKeyDown);
  return () => target.removeEventListener("keydown", onKeyDown);
}

function isTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

function isButton(target: EventTarget | null): boolean {
  return target instanceof HTMLButtonElement;
}
