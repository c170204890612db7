import { beforeEach, describe, expect, it, vi } from "vitest";
import { type Call, MAX_CALLS } from "../phone-engine/phone-engine";
import { readCallSettings } from "./call-settings";
import { aCall, active, type FakeEngine, fakeEngine } from "./fake-engine";
import { createPhone, type Phone } from "./phone-store";
import { partnersOf, screenOf } from "./screen";

let engine: FakeEngine;
let phone: Phone;

beforeEach(() => {
  vi.useFakeTimers();
  engine = fakeEngine();
  phone = createPhone(engine);
});

const view = () => phone.store.getState();
const first = (change: Partial<Call> = {}) => aCall(active({ held: true }), { id: "call-1", ...change });
const second = (change: Partial<Call> = {}) => aCall(active(), { id: "call-2", peer: { number: "1003" }, ...change });
const two = () => engine.become({ calls: [first(), second()], current: "call-2" });

describe("several calls", () => {
  it("are about the current one, wherever it is in the list", () => {
    engine.become({ calls: [aCall(active()), second({ phase: { kind: "incoming" } })], current: "call-1" });
    expect(screenOf(view())).toBe("in-call");
    phone.commands.hangUp();
    expect(engine.hangUp).toHaveBeenCalledWith("call-1");
    phone.commands.answer("call-2");
    expect(engine.answer).toHaveBeenCalledWith("call-2");
    phone.commands.decline("busy", "call-2");
    expect(engine.decline).toHaveBeenCalledWith("call-2", "busy");
  });

  it("are swapped, merged, split and connected", () => {
    two();
    phone.commands.swap();
    expect(engine.switchTo).toHaveBeenCalledWith("call-1");
    phone.commands.merge("call-1");
    expect(engine.merge).toHaveBeenCalledWith("call-2", "call-1");
    phone.commands.split();
    expect(engine.split).toHaveBeenCalled();
    phone.commands.connectWith("call-1");
    expect(engine.connectCalls).toHaveBeenCalledWith("call-2", "call-1");
  });

  it("have no partner that rings, is over, or is being given away", () => {
    const gone = first({ transfer: { kind: "transferring", target: { number: "9" }, ringing: false } });
    const over = aCall({ kind: "ended", reason: "busy" }, { id: "call-3" });
    const rings = aCall({ kind: "incoming" }, { id: "call-4" });
    engine.become({ calls: [gone, over, rings, second()], current: "call-2" });
    expect(partnersOf(view())).toEqual([]);
    phone.commands.swap();
    expect(engine.switchTo).not.toHaveBeenCalled();
  });

  it("go away by themselves when they are over, one by one", () => {
    two();
    engine.become({ calls: [aCall({ kind: "ended", reason: "busy" }), second()] });
    vi.advanceTimersByTime(5_000);
    engine.become({ calls: [aCall({ kind: "ended", reason: "busy" }), second({ muted: true })] });
    vi.advanceTimersByTime(1_000);
    expect(engine.dismiss).toHaveBeenCalledTimes(1);
    expect(engine.dismiss).toHaveBeenCalledWith("call-1");
  });

  it("leave a line for another, whose pad opens over the call", () => {
    two();
    phone.commands.togglePad();
    expect(screenOf(view())).toBe("new-call");
    phone.commands.setNumber("1004");
    phone.commands.call();
    expect(engine.dial).toHaveBeenCalledWith("1004");
    engine.become({ calls: [first(), second(), aCall({ kind: "calling" }, { id: "call-3" })], current: "call-3" });
    expect(view().pad.open).toBe(false);
    expect(screenOf(view())).toBe("calling");
  });

  it("are no more than there are lines", () => {
    const calls = Array.from({ length: MAX_CALLS }, (_, index) => aCall(active(), { id: `call-${index}` }));
    engine.become({ calls, current: "call-0" });
    phone.commands.togglePad();
    phone.commands.setNumber("1004");
    phone.commands.call();
    expect(view().pad.error).toBe("too-many-calls");
    expect(engine.dial).not.toHaveBeenCalled();
  });
});

describe("a transfer", () => {
  beforeEach(() => {
    two();
    phone.commands.toggleTransfer();
  });

  it("goes to the number in its field, in any spelling", () => {
    phone.commands.setTransferNumber("tel:+49 (0)30 / 123-45");
    phone.commands.transfer();
    expect(engine.transfer).toHaveBeenCalledWith("call-2", "+493012345");
    expect(view().transferTo).toBeUndefined();
  });

  it("says why it goes nowhere", () => {
    phone.commands.transfer();
    expect(view().transferTo).toEqual({ number: "", error: "empty" });
    expect(engine.transfer).not.toHaveBeenCalled();
    phone.commands.setTransferNumber("0800-FLOWERS");
    phone.commands.transfer();
    expect(view().transferTo?.error).toBe("letters");
  });

  it("may begin with a call to whom it goes to", () => {
    phone.commands.setTransferNumber("1004");
    phone.commands.consult();
    expect(engine.dial).toHaveBeenCalledWith("1004");
    expect(engine.transfer).not.toHaveBeenCalled();
  });

  it("is sent at once or taken back", () => {
    phone.commands.transferNow();
    expect(engine.transferNow).toHaveBeenCalledWith("call-2");
    phone.commands.undoTransfer("call-1");
    expect(engine.undoTransfer).toHaveBeenCalledWith("call-1");
  });

  it("closes its field for the keypad, for another call, and when it is asked to", () => {
    phone.commands.toggleDigits();
    expect(view().transferTo).toBeUndefined();
    phone.commands.toggleTransfer();
    expect(view().digitsOpen).toBe(false);
    engine.become({ current: "call-1" });
    expect(view().transferTo).toBeUndefined();
    phone.commands.toggleTransfer();
    phone.commands.toggleTransfer();
    expect(view().transferTo).toBeUndefined();
  });
});

describe("what the phone remembers", () => {
  it("calls the last number again, also after a reload", () => {
    phone.commands.redial();
    expect(engine.dial).not.toHaveBeenCalled();
    phone.commands.setNumber("1001");
    phone.commands.call();
    phone = createPhone(engine);
    phone.commands.redial();
    expect(engine.dial).toHaveBeenCalledTimes(2);
    expect(engine.dial).toHaveBeenLastCalledWith("1001");
  });

  it("says why it cannot call the last number again", () => {
    phone.commands.setNumber("1001");
    phone.commands.call();
    engine.become({ registration: { kind: "reconnecting" } });
    phone.commands.redial();
    expect(view().pad).toEqual({ open: true, number: "1001", error: "not-registered" });
  });

  it("keeps do not disturb and the leave to answer by itself", () => {
    expect(view()).toMatchObject({ doNotDisturb: false, autoAnswer: false });
    phone.commands.toggleDoNotDisturb();
    phone.commands.toggleAutoAnswer();
    expect(view()).toMatchObject({ doNotDisturb: true, autoAnswer: true });
    const reloaded = createPhone(fakeEngine());
    expect(reloaded.engine.state).toMatchObject({ doNotDisturb: true, autoAnswer: true });
    reloaded.commands.toggleDoNotDisturb();
    expect(readCallSettings().doNotDisturb).toBe(false);
  });

  it.each(["", "7", "null", "{", '{"lastNumber":7,"doNotDisturb":"yes"}'])(
    "survives nonsense in storage: %s",
    (kept) => {
      localStorage.setItem("webcalling.calls", kept);
      expect(readCallSettings()).toEqual({ doNotDisturb: false, autoAnswer: false, lastNumber: "" });
    },
  );

  it("works without storage", () => {
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("Full", "QuotaExceededError");
    });
    phone.commands.toggleDoNotDisturb();
    expect(view().doNotDisturb).toBe(true);
  });
});
