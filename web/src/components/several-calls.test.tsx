import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Call, PhoneState } from "../phone-engine/phone-engine";
import { aCall, active, type FakeEngine, fakeEngine } from "../store/fake-engine";
import { listenToKeyboard } from "../store/keyboard";
import { PhoneContext } from "../store/phone-context";
import { createPhone, type Phone } from "../store/phone-store";
import { App } from "./app";

let engine: FakeEngine;
let phone: Phone;
let stopListening = () => {};
afterEach(() => stopListening());

function show(state: Partial<PhoneState> = {}, before: (phone: Phone) => void = () => {}): void {
  engine = fakeEngine(state);
  phone = createPhone(engine);
  before(phone);
  stopListening = listenToKeyboard(phone, document);
  render(
    <PhoneContext value={phone}>
      <App />
    </PhoneContext>,
  );
}

const by = (selector: string) => document.querySelector<HTMLElement>(selector);
const button = (name: string) => screen.getByRole("button", { name });
const become = (change: Partial<PhoneState>) => act(() => engine.become(change));
const row = (number: string) => by(`.call-line[data-number="${number}"]`);

const bob = (change: Partial<Call> = {}) =>
  aCall(active({ held: true }), { id: "call-1", peer: { number: "1001", name: "Bob" }, ...change });
const carol = (change: Partial<Call> = {}) => aCall(active(), { id: "call-2", peer: { number: "1003" }, ...change });
const two = { calls: [bob(), carol()], current: "call-2" };

describe("the list of calls", () => {
  it("is there only if there are several, and says which is the current one", () => {
    show({ calls: [carol()], current: "call-2" });
    expect(by("#callList")).toBeNull();
    become(two);
    expect(screen.getByRole("list", { name: "Calls" }).children.length).toBe(2);
    expect(row("1003")?.getAttribute("aria-current")).toBe("true");
    expect(row("1001")?.textContent).toContain("Call Held");
    expect(row("1001")?.dataset.state).toBe("held");
    expect(by("#callPeer")?.dataset.number).toBe("1003");
  });

  it("answers, refuses and rejects who rings, while the talk goes on", async () => {
    const rings = bob({ phase: { kind: "incoming" }, direction: "incoming" });
    show({ calls: [carol(), rings], current: "call-2" });
    expect(screen.getByTestId("phone").dataset.screen).toBe("in-call");
    expect(screen.getByRole("alert").textContent).toContain("Incoming Call from Bob (1001)");
    await userEvent.click(button("Answer Bob"));
    expect(engine.answer).toHaveBeenCalledWith("call-1");
    await userEvent.click(button("Tell Bob that you are busy"));
    expect(engine.decline).toHaveBeenCalledWith("call-1", "busy");
    await userEvent.click(button("Reject Bob"));
    expect(engine.decline).toHaveBeenCalledWith("call-1", "declined");
  });

  it("switches, merges, connects and ends with the keyboard alone", async () => {
    show(two);
    row("1001")?.querySelector("button")?.focus();
    await userEvent.keyboard("{Enter}");
    expect(engine.switchTo).toHaveBeenCalledWith("call-1");
    await userEvent.keyboard("{Tab} ");
    expect(engine.merge).toHaveBeenCalledWith("call-2", "call-1");
    await userEvent.keyboard("{Tab} ");
    expect(engine.connectCalls).toHaveBeenCalledWith("call-2", "call-1");
    await userEvent.keyboard("{Tab} ");
    expect(engine.hangUp).toHaveBeenCalledWith("call-1");
  });

  it("keeps the focus in the phone when the row that had it becomes the current one", () => {
    show(two);
    row("1001")?.querySelector("button")?.focus();
    become({ calls: [bob({ phase: active() }), carol({ phase: active({ held: true }) })], current: "call-1" });
    expect(document.activeElement).toBe(by("#muteBtn"));
  });

  it("says why a call is over, and lets it be put away", async () => {
    show({ calls: [bob({ phase: { kind: "ended", reason: "busy" } }), carol()], current: "call-2" });
    expect(row("1001")?.textContent).toContain("Bob is busy.");
    expect(row("1001")?.dataset.reason).toBe("busy");
    await userEvent.click(button("Close"));
    expect(row("1001")).toBeNull();
  });

  it("shows names as text, whatever they are", () => {
    show({ calls: [bob({ peer: { number: "1", name: "<img src=x>" } }), carol()], current: "call-2" });
    expect(by("img")).toBeNull();
    expect(row("1")?.textContent).toContain("<img src=x>");
  });
});

describe("in a call", () => {
  it("another can be dialled, with the list in view", async () => {
    show(two);
    await userEvent.click(button("New Call"));
    expect(screen.getByTestId("phone").dataset.screen).toBe("new-call");
    expect(by("#callList")).not.toBeNull();
    expect(by("#callPeer")).toBeNull();
    await userEvent.type(screen.getByLabelText("Phone number"), "1004{Enter}");
    expect(engine.dial).toHaveBeenCalledWith("1004");
  });

  it("is swapped, and split when it is merged", async () => {
    show(two);
    expect(by("#splitBtn")).toBeNull();
    await userEvent.click(button("Swap"));
    expect(engine.switchTo).toHaveBeenCalledWith("call-1");
    become({ merged: ["call-1", "call-2"] });
    expect(by("#swapBtn")).toBeNull();
    expect(by("#mergedWith")?.textContent).toBe("Merged with Bob");
    await userEvent.click(button("Split"));
    expect(engine.split).toHaveBeenCalled();
  });

  it("says that somebody talks into a muted microphone, and that it was answered by itself", () => {
    show({ calls: [carol({ muted: true, talkingWhileMuted: true, answeredByItself: true })] });
    expect(by("#mutedTalk")?.textContent).toBe("You are talking, but the microphone is muted.");
    expect(by("#answeredByItself")?.textContent).toBe("Answered automatically");
  });
});

describe("a transfer", () => {
  it("asks for a number, and transfers or asks first", async () => {
    show({ calls: [carol()] });
    await userEvent.click(button("Transfer"));
    expect(document.activeElement).toBe(by("#transferNumber"));
    await userEvent.keyboard("{Enter}");
    expect(by("#transferError")?.textContent).toBe("Enter a number first.");
    await userEvent.keyboard("1004{Enter}");
    expect(engine.transfer).toHaveBeenCalledWith("call-2", "1004");
    expect(by("#transferForm")).toBeNull();
    await userEvent.click(button("Transfer"));
    await userEvent.keyboard("1005");
    await userEvent.click(button("Ask first"));
    expect(engine.dial).toHaveBeenCalledWith("1005");
  });

  it("is closed by Escape", async () => {
    show({ calls: [carol()] });
    await userEvent.click(button("Transfer"));
    await userEvent.keyboard("{Escape}");
    expect(by("#transferForm")).toBeNull();
  });

  it("counts down, and can be undone or sent at once", async () => {
    const transfer = { kind: "pending", target: { number: "1004" }, sendsAt: Date.now() + 9_500 } as const;
    show({ calls: [carol({ phase: active({ held: true }), transfer })] });
    expect(by("#callState")?.dataset.state).toBe("transfer-pending");
    expect(by("#transferText")?.textContent).toBe("Transferring to 1004...");
    expect(by("#transferSeconds")?.textContent).toBe("10 s");
    expect(by("#transferBtn")).toHaveProperty("disabled", true);
    await userEvent.click(button("Undo"));
    expect(engine.undoTransfer).toHaveBeenCalledWith("call-2");
    await userEvent.click(button("Transfer now"));
    expect(engine.transferNow).toHaveBeenCalledWith("call-2");
  });

  it("shows how it goes, and why it has failed", () => {
    const target = { number: "1004" };
    show({ calls: [carol({ transfer: { kind: "transferring", target, ringing: true } })] });
    expect(by("#callState")?.dataset.state).toBe("transferring");
    expect(by("#undoTransferBtn")).toBeNull();
    become({ calls: [carol({ transfer: { kind: "failed", target, reason: "busy" } })] });
    expect(by("#callState")?.dataset.state).toBe("transfer-failed");
    expect(screen.getByRole("alert").textContent).toBe("The call was not transferred: 1004 is busy.");
    become({
      calls: [
        carol({
          phase: { kind: "ended", reason: "transferred" },
          transfer: { kind: "transferring", target, ringing: true },
        }),
      ],
    });
    expect(by("#endedReason")?.textContent).toContain("1003 now talks with 1004.");
  });
});

describe("refusing and being left alone", () => {
  it("tells a caller that the user is busy", async () => {
    show({ calls: [bob({ phase: { kind: "incoming" } })] });
    await userEvent.click(button("Busy"));
    expect(engine.decline).toHaveBeenCalledWith("call-1", "busy");
  });

  it("is switched on and shown", async () => {
    show();
    expect(by("#doNotDisturbOn")).toBeNull();
    await userEvent.click(screen.getByLabelText("Do not disturb"));
    expect(engine.setDoNotDisturb).toHaveBeenLastCalledWith(true);
    expect(by("#doNotDisturbOn")).not.toBeNull();
    await userEvent.click(screen.getByLabelText("Answer intercom calls automatically"));
    expect(engine.setAutoAnswer).toHaveBeenLastCalledWith(true);
  });
});

it("offers the last number again while none is typed", async () => {
  localStorage.setItem("webcalling.calls", '{"lastNumber":"1001"}');
  show();
  await userEvent.click(button("New Call"));
  await userEvent.click(button("Redial 1001"));
  expect(engine.dial).toHaveBeenCalledWith("1001");
  await userEvent.type(screen.getByLabelText("Phone number"), "5");
  expect(by("#redialBtn")).toBeNull();
});

it("asks the browser for call links only when it is told to", async () => {
  const registerProtocolHandler = vi.fn();
  Object.assign(navigator, { registerProtocolHandler });
  show();
  expect(registerProtocolHandler).not.toHaveBeenCalled();
  await userEvent.click(button("Open call links with this phone"));
  expect(registerProtocolHandler).toHaveBeenCalledWith("tel", "http://localhost:8080/?dial=%s");
  expect(by("#callLinksBtn")).toBeNull();
  Reflect.deleteProperty(navigator, "registerProtocolHandler");
});

describe("a dial link", () => {
  const asks = (number: string) => (phone: Phone) => phone.store.setState({ dialRequest: { number } });

  it("waits until somebody is signed in", () => {
    show({ registration: { kind: "signed-out" } }, asks("1001"));
    expect(by("#dialRequest")).toBeNull();
    become({ registration: { kind: "registered" } });
    expect(by("#dialRequest")).not.toBeNull();
  });

  it("asks, with the answer no at hand, and calls if the user agrees", async () => {
    show({}, asks("1001"));
    expect(screen.getByRole("alertdialog", { name: "Call 1001?" })).toBeTruthy();
    expect(document.activeElement).toBe(by("#dialRequestCancelBtn"));
    expect(engine.dial).not.toHaveBeenCalled();
    await userEvent.click(button("Call"));
    expect(engine.dial).toHaveBeenCalledWith("1001");
    expect(by("#dialRequest")).toBeNull();
  });

  it("goes away without a call when Enter is pressed", async () => {
    show({}, asks("1001"));
    await userEvent.keyboard("{Enter}");
    expect(engine.dial).not.toHaveBeenCalled();
    expect(by("#dialRequest")).toBeNull();
  });

  it("cannot be agreed to if it names no number", () => {
    show({}, (phone) => phone.store.setState({ dialRequest: { number: "<b>", error: "not-a-number" } }));
    expect(by("#dialRequestCallBtn")).toBeNull();
    expect(by("#dialRequestError")?.textContent).toContain("cannot be dialled");
  });
});
