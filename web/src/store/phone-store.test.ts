import { beforeEach, describe, expect, it, vi } from "vitest";
import { text } from "../languages/text";
import { callForAttention } from "./attention";
import { aCall, active, type FakeEngine, fakeEngine } from "./fake-engine";
import { listenToKeyboard } from "./keyboard";
import { followPage } from "./page-events";
import { createPhone, type Phone } from "./phone-store";
import { screenOf } from "./screen";

let engine: FakeEngine;
let phone: Phone;

beforeEach(() => {
  vi.useFakeTimers();
  engine = fakeEngine();
  phone = createPhone(engine);
});

const view = () => phone.store.getState();
const screen = () => screenOf(view());

describe("the pad", () => {
  it("warms the microphone while it is open", () => {
    phone.commands.togglePad();
    expect(screen()).toBe("new-call");
    expect(engine.warmMicrophone).toHaveBeenCalled();
    phone.commands.togglePad();
    expect(screen()).toBe("idle");
    expect(engine.coolMicrophone).toHaveBeenCalled();
  });

  it("dials what is typed, in its plain spelling", () => {
    for (const key of "100 1") phone.commands.typeKey(key);
    phone.commands.call();
    expect(engine.dial).toHaveBeenCalledWith("1001");
  });

  it.each([
    ["", "empty"],
    ["two words", "not-a-number"],
  ])("says why %j cannot be dialled", (number, error) => {
    phone.commands.togglePad();
    phone.commands.setNumber(number);
    phone.commands.call();
    expect(view().pad.error).toBe(error);
    expect(engine.dial).not.toHaveBeenCalled();
  });

  it("does not dial into a lost connection", () => {
    engine.become({ registration: { kind: "reconnecting" } });
    phone.commands.typeKey("1");
    phone.commands.call();
    expect(view().pad.error).toBe("not-registered");
    phone.commands.typeKey("2");
    expect(view().pad.error).toBeUndefined();
  });

  it("is closed by a call", () => {
    phone.commands.typeKey("1");
    engine.become({ calls: [aCall({ kind: "calling" })] });
    expect(screen()).toBe("calling");
    engine.become({ calls: [] });
    expect(screen()).toBe("idle");
  });
});

describe("an ended call", () => {
  it("goes away by itself, later if the user has to read what to do", () => {
    engine.become({ calls: [aCall({ kind: "ended", reason: "busy" })] });
    expect(screen()).toBe("ended");
    vi.advanceTimersByTime(6_000);
    expect(screen()).toBe("idle");
    engine.become({ calls: [aCall({ kind: "ended", reason: "no-microphone" }, { id: "call-2" })] });
    vi.advanceTimersByTime(14_000);
    expect(screen()).toBe("ended");
    vi.advanceTimersByTime(1_000);
    expect(screen()).toBe("idle");
  });

  it("makes room for a new call at once", () => {
    engine.become({ calls: [aCall({ kind: "ended", reason: "busy" })] });
    phone.commands.togglePad();
    expect(screen()).toBe("new-call");
  });
});

describe("the keyboard", () => {
  const press = (key: string, target: EventTarget = document.body, more: KeyboardEventInit = {}) =>
    target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));

  beforeEach(() => {
    const stop = listenToKeyboard(phone, document);
    return stop;
  });

  it("opens the pad with the first digit and calls with Enter", () => {
    for (const key of "1001") press(key);
    press("5");
    press("Backspace");
    expect(view().pad).toEqual({ open: true, number: "1001" });
    press("Enter");
    expect(engine.dial).toHaveBeenCalledWith("1001");
  });

  it("leaves the pad with Escape", () => {
    press("1");
    press("Escape");
    expect(screen()).toBe("idle");
  });

  it("sends digits in a call", () => {
    engine.become({ calls: [aCall(active())] });
    press("#");
    expect(engine.sendDigit).toHaveBeenCalledWith("call-1", "#");
  });

  it("leaves text fields, shortcuts and focused buttons alone", () => {
    const input = document.body.appendChild(document.createElement("input"));
    press("1", input);
    press("1", document.body, { ctrlKey: true });
    expect(screen()).toBe("idle");
    press("1");
    const button = document.body.appendChild(document.createElement("button"));
    press("Enter", button);
    expect(engine.dial).not.toHaveBeenCalled();
    document.body.replaceChildren();
  });

  it("does nothing while somebody else's call rings", () => {
    engine.become({ calls: [aCall({ kind: "incoming" })] });
    press("Enter");
    press("1");
    expect(engine.answer).not.toHaveBeenCalled();
    expect(screen()).toBe("incoming");
  });
});

describe("the page around the phone", () => {
  it("unregisters when it goes, and comes back from the cache", () => {
    followPage(engine, window);
    window.dispatchEvent(new Event("pagehide"));
    expect(engine.leavePage).toHaveBeenCalled();
    window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
    expect(engine.returnToPage).toHaveBeenCalled();
    window.dispatchEvent(new Event("online"));
    document.dispatchEvent(new Event("visibilitychange"));
    expect(engine.checkConnection).toHaveBeenCalledTimes(2);
  });

  it("says in its title who calls", () => {
    callForAttention(phone, document);
    engine.become({ calls: [aCall({ kind: "incoming" }, { peer: { number: "1001", name: "Alice" } })] });
    expect(document.title).toContain("Alice (1001)");
    vi.advanceTimersByTime(1_000);
    expect(document.title).toBe(text("app.title"));
    engine.become({ calls: [] });
    vi.advanceTimersByTime(5_000);
    expect(document.title).toBe(text("app.title"));
  });
});
