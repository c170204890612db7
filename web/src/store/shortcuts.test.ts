import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { aCall, active, type FakeEngine, fakeEngine } from "./fake-engine";
import { listenToKeyboard } from "./keyboard";
import { createPhone, type Phone } from "./phone-store";
import { screenOf } from "./screen";
import { createShell, type Shell } from "./shell";
import { keysOf, SHORTCUTS } from "./shortcuts";

let engine: FakeEngine;
let phone: Phone;
let shell: Shell;
let stop = () => {};

beforeEach(() => {
  engine = fakeEngine();
  phone = createPhone(engine);
  shell = createShell(phone, window);
  stop = listenToKeyboard(phone, document, shell);
});
afterEach(() => {
  stop();
  document.body.replaceChildren();
});

function press(key: string, more: KeyboardEventInit = {}, target: EventTarget = document.body): boolean {
  return !target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
}

describe("a shortcut", () => {
  it("has a key of its own that is not one to dial with", () => {
    const keys = SHORTCUTS.map((shortcut) => shortcut.keys);
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key).toMatch(/^(Shift\+)?[A-Z?]$/);
  });

  it("answers, and rejects only with Shift", () => {
    engine.become({ calls: [aCall({ kind: "incoming" })] });
    press("r");
    expect(engine.decline).not.toHaveBeenCalled();
    press("R", { shiftKey: true });
    expect(engine.decline).toHaveBeenCalledWith("call-1", "declined");
    press("a");
    expect(engine.answer).toHaveBeenCalledWith("call-1");
  });

  it("mutes, holds, opens the keypad and ends, on every page", () => {
    engine.become({ calls: [aCall(active())] });
    shell.navigation.setState({ page: "settings" });
    for (const key of ["m", "h", "k", "e"]) press(key);
    expect(engine.setMuted).toHaveBeenCalledWith("call-1", true);
    expect(engine.setHeld).toHaveBeenCalledWith("call-1", true);
    expect(phone.store.getState().digitsOpen).toBe(true);
    expect(engine.hangUp).not.toHaveBeenCalled();
    press("E", { shiftKey: true });
    expect(engine.hangUp).toHaveBeenCalledWith("call-1");
  });

  it("opens pages, a new call and the sheet", () => {
    press("y");
    expect(shell.navigation.getState().page).toBe("history");
    press("n");
    expect(screenOf(phone.store.getState())).toBe("new-call");
    expect(shell.navigation.getState().page).toBe("phone");
    expect(press("?", { shiftKey: true })).toBe(true);
    expect(shell.navigation.getState().shortcuts).toBe(true);
  });

  it("does nothing that makes no sense now, and leaves the key to the browser", () => {
    for (const key of ["a", "m", "h", "k"]) expect(press(key)).toBe(false);
    engine.become({ registration: { kind: "signed-out" } });
    expect(press("s")).toBe(false);
    expect(shell.navigation.getState().page).toBe("phone");
  });

  it("does nothing while the key is held down", () => {
    engine.become({ calls: [aCall(active())] });
    press("m", { repeat: true });
    expect(engine.setMuted).not.toHaveBeenCalled();
  });

  it.each(["input", "textarea", "select"])("does nothing for somebody in a field: %s", (tag) => {
    engine.become({ calls: [aCall({ kind: "incoming" })] });
    press("a", {}, document.body.appendChild(document.createElement(tag)));
    expect(engine.answer).not.toHaveBeenCalled();
  });

  it("does nothing with a key of the browser or the system, in a dialog, or while a word is composed", () => {
    engine.become({ calls: [aCall({ kind: "incoming" })] });
    for (const more of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { isComposing: true }])
      press("a", more);
    document.body.appendChild(document.createElement("dialog")).setAttribute("open", "");
    press("a");
    expect(engine.answer).not.toHaveBeenCalled();
  });

  it("can be switched off, and digits with it", () => {
    shell.settings.setState({ shortcuts: false });
    press("n");
    press("1");
    expect(screenOf(phone.store.getState())).toBe("idle");
  });

  it("is found on keyboards of other scripts", () => {
    expect(keysOf({ key: "म", code: "KeyC", shiftKey: false })).toBe("C");
    expect(keysOf({ key: "ф", code: "KeyA", shiftKey: true })).toBe("Shift+A");
    expect(keysOf({ key: "q", code: "KeyA", shiftKey: false })).toBe("Q");
    expect(keysOf({ key: "Enter", code: "Enter", shiftKey: false })).toBe("Enter");
  });
});

it("dials with digits on the page of the phone only", () => {
  shell.navigation.setState({ page: "messages" });
  press("1");
  expect(screenOf(phone.store.getState())).toBe("idle");
  shell.navigation.setState({ page: "phone" });
  press("1");
  expect(phone.store.getState().pad.number).toBe("1");
});
