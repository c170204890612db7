import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PhoneState } from "../phone-engine/phone-engine";
import { aCall, active, type FakeEngine, fakeEngine } from "../store/fake-engine";
import { listenToKeyboard } from "../store/keyboard";
import { PhoneContext } from "../store/phone-context";
import { createPhone } from "../store/phone-store";
import type { PhoneView } from "../store/phone-view";
import { App } from "./app";
import { formatDuration } from "./call-timer";

let engine: FakeEngine;
let stopListening = () => {};
afterEach(() => stopListening());

function show(state: Partial<PhoneState> = {}, insecurePage?: PhoneView["insecurePage"]): void {
  engine = fakeEngine(state);
  const phone = createPhone(engine);
  phone.store.setState({ insecurePage });
  stopListening = listenToKeyboard(phone, document);
  render(
    <PhoneContext value={phone}>
      <App />
    </PhoneContext>,
  );
}

const by = (selector: string) => document.querySelector<HTMLElement>(selector);
const currentScreen = () => screen.getByTestId("phone").dataset.screen;
const button = (name: string) => screen.getByRole("button", { name });
const become = (change: Partial<PhoneState>) => act(() => engine.become(change));

describe("a page that gets no microphone", () => {
  it("says so before anybody signs in, and where there is one", () => {
    show({ registration: { kind: "signed-out" } }, { otherwise: "https://10.0.0.5:8443/" });
    expect(by("#insecurePage")?.textContent).toContain("secure pages only. Open the phone at https://10.0.0.5:8443/");
  });

  it("says nothing if the page gets one", () => {
    show({ registration: { kind: "signed-out" } });
    expect(by("#insecurePage")).toBeNull();
  });
});

describe("signing in", () => {
  beforeEach(() => show({ registration: { kind: "signed-out" }, identity: undefined }));

  it("takes extension and password, and Enter", async () => {
    expect(document.activeElement).toBe(by("#userAgentId"));
    await userEvent.type(screen.getByLabelText("Extension"), "1002");
    await userEvent.type(screen.getByLabelText("Password"), "secret{Enter}");
    expect(engine.signIn).toHaveBeenCalledWith({ extension: "1002", password: "secret", server: "" });
    expect(localStorage.getItem("webcalling.sign-in")).toBe('{"extension":"1002","server":""}');
  });

  it("takes another server under Advanced", async () => {
    expect(by("#serviceURL")).toBeNull();
    await userEvent.click(button("Advanced"));
    await userEvent.type(screen.getByLabelText("SIP server"), "pbx:5066");
    await userEvent.click(button("Initialize Calling"));
    expect(engine.signIn).toHaveBeenCalledWith({ extension: "", password: "", server: "pbx:5066" });
  });

  it("shows that it works, and can be stopped", async () => {
    become({ registration: { kind: "connecting" } });
    expect(by("#statusContent")?.textContent).toBe("Status: Initializing...");
    expect(by("#initializeCallingBtn")).toHaveProperty("disabled", true);
    await userEvent.click(button("Cancel"));
    expect(engine.signOut).toHaveBeenCalled();
  });

  it.each([
    ["wrong-password", "The password is wrong for extension 1002."],
    ["server-unreachable", "The server localhost:8080 cannot be reached."],
    ["server-error", "The server localhost:8080 does not accept phones"],
    ["bad-server-address", "This is not a server address."],
    ["missing-extension", "Enter your extension."],
    ["missing-password", "Enter your password."],
  ] as const)("says what to do about %s", (problem, sentence) => {
    const identity = { extension: "1002", address: "sip:1002@localhost", server: "localhost:8080" };
    become({ registration: { kind: "signed-out", problem }, identity });
    const alert = screen.getByRole("alert");
    expect(alert.textContent).toContain(sentence);
    expect(alert.dataset.reason).toBe(problem);
  });
});

describe("the idle phone", () => {
  it("shows whose it is, the clock and the true state", () => {
    show();
    expect(currentScreen()).toBe("idle");
    expect(by("#currentUser")?.textContent).toBe("sip:1002@localhost");
    expect(by("#currentDateTime")?.textContent).not.toBe("");
    expect(by("#statusContent")?.textContent).toBe("Status: WebRTC Phone line is Registered");
    become({ registration: { kind: "reconnecting" } });
    expect(by("#statusContent")?.textContent).toBe("Status: Connection lost, reconnecting...");
    expect(screen.getByTestId("phone").dataset.registration).toBe("reconnecting");
    become({ registration: { kind: "failed", problem: "wrong-password" } });
    expect(by("#statusContent")?.textContent).toContain("Not registered. The password is wrong");
  });

  it("has a top row whose buttons all do something", async () => {
    show();
    expect(button("Mute microphone")).toHaveProperty("disabled", true);
    await userEvent.click(button("Mute speaker"));
    expect(engine.setSpeakerMuted).toHaveBeenCalledWith(true);
    await userEvent.click(by("#phoneStatus") as HTMLElement);
    expect(engine.checkConnection).toHaveBeenCalled();
    await userEvent.click(button("Sign out"));
    expect(engine.signOut).toHaveBeenCalled();
  });

  it("shows voice messages only if there are any", () => {
    show();
    expect(by("#voicemailCount")).toBeNull();
    become({ voicemail: 2 });
    expect(by("#voicemailCount")?.textContent).toBe("2");
  });

  it("offers to enable sound that the browser blocks", async () => {
    show({ soundBlocked: true });
    await userEvent.click(button("Enable sound"));
    expect(engine.enableSound).toHaveBeenCalled();
  });

  it("lends its audio element to the engine", () => {
    show();
    expect(engine.attachAudio).toHaveBeenCalledWith(by("#remoteAudio"));
  });
});

describe("a new call", () => {
  it("is dialled with keys, Delete, Clear and Call", async () => {
    show();
    await userEvent.click(button("New Call"));
    expect(document.activeElement).toBe(by("#phoneNumber"));
    for (const key of ["1", "0 +", "star", "hash"]) await userEvent.click(button(key));
    expect(by("#phoneNumber")).toHaveProperty("value", "10*#");
    await userEvent.click(button("Delete"));
    expect(by("#phoneNumber")).toHaveProperty("value", "10*");
    await userEvent.click(button("Clear"));
    await userEvent.type(screen.getByLabelText("Phone number"), "1001{Enter}");
    expect(engine.dial).toHaveBeenCalledWith("1001");
  });

  it("says in words what cannot be dialled", async () => {
    show();
    await userEvent.click(button("New Call"));
    await userEvent.click(button("Call"));
    expect(screen.getByRole("alert").textContent).toBe("Enter a number first.");
    await userEvent.keyboard("{Escape}");
    expect(button("New Call")).toBeTruthy();
  });
});

describe("an outgoing call", () => {
  it("tells what to do when the browser asks for the microphone", () => {
    show({ calls: [aCall({ kind: "preparing" })] });
    expect(screen.getByText(/allow it/)).toBeTruthy();
    expect(currentScreen()).toBe("calling");
  });

  it("says whom it calls and can be cancelled", async () => {
    show();
    become({ calls: [aCall({ kind: "calling" })] });
    expect(currentScreen()).toBe("calling");
    expect(by("#callState")?.textContent).toBe("Calling 1001...");
    become({ calls: [aCall({ kind: "ringing", earlyMedia: true })] });
    expect(by("#callState")?.textContent).toBe("Ringing 1001...");
    expect(by("#callState")?.dataset.state).toBe("early-media");
    await userEvent.click(button("Cancel Call"));
    expect(engine.hangUp).toHaveBeenCalledWith("call-1");
  });
});

describe("an incoming call", () => {
  const peer = { number: "1001", name: "Alice" };

  it("says who calls, and is answered with Enter at once", async () => {
    show();
    become({ calls: [aCall({ kind: "incoming" }, { direction: "incoming", peer })] });
    expect(screen.getByRole("alert").textContent).toBe("Incoming Call from Alice (1001)");
    expect(by("#callPeer")?.dataset.number).toBe("1001");
    expect(document.activeElement).toBe(by("#answerCallBtn"));
    await userEvent.keyboard("{Enter}");
    expect(engine.answer).toHaveBeenCalledWith("call-1");
  });

  it("can be rejected", async () => {
    show({ calls: [aCall({ kind: "incoming" }, { peer })] });
    await userEvent.click(button("Reject"));
    expect(engine.decline).toHaveBeenCalledWith("call-1", "declined");
  });

  it("is not answered by the Enter of somebody who is typing a number", async () => {
    show();
    await userEvent.click(button("New Call"));
    become({ calls: [aCall({ kind: "incoming" }, { peer })] });
    await userEvent.keyboard("{Enter}");
    expect(engine.answer).not.toHaveBeenCalled();
  });

  it("shows a caller's name as text, whatever it is", () => {
    show({ calls: [aCall({ kind: "incoming" }, { peer: { number: "1", name: "<img src=x onerror=alert(1)>" } })] });
    expect(by("#callPeer")?.textContent).toBe("<img src=x onerror=alert(1)>");
    expect(by("img")).toBeNull();
  });

  it("says what to do when the microphone fails while answering", () => {
    show({ calls: [aCall({ kind: "incoming" }, { peer, notice: "microphone-refused" })] });
    expect(by("#callNotice")?.textContent).toContain("Allow it");
    expect(button("Answer Call")).toBeTruthy();
  });
});

describe("a call", () => {
  it("has its timer, and mutes, holds and ends", async () => {
    show({ calls: [aCall(active({ since: Date.now() - 7_000 }))] });
    expect(currentScreen()).toBe("in-call");
    expect(by("#callState")?.textContent).toBe("Call Answered");
    expect(by("#callTimer")?.textContent).toBe("00:07");
    await userEvent.click(button("Mute"));
    expect(engine.setMuted).toHaveBeenCalledWith("call-1", true);
    await userEvent.click(button("Hold"));
    expect(engine.setHeld).toHaveBeenCalledWith("call-1", true);
    await userEvent.click(button("End Call"));
    expect(engine.hangUp).toHaveBeenCalledWith("call-1");
  });

  it("shows what is the case: muted, held, held by the other side, interrupted", async () => {
    show({ calls: [aCall(active({ held: true, heldByPeer: true, mediaTrouble: true }), { muted: true })] });
    expect(by("#callState")?.textContent).toBe("Call Held");
    expect(by("#callState")?.dataset.state).toBe("held");
    expect(button("Mute microphone").getAttribute("aria-pressed")).toBe("true");
    expect(button("Unmute").getAttribute("aria-pressed")).toBe("true");
    expect(by("#remoteHold")?.textContent).toBe("Other side holds the call");
    expect(by("#mediaTrouble")).not.toBeNull();
    await userEvent.click(button("Resume"));
    expect(engine.setHeld).toHaveBeenCalledWith("call-1", false);
    become({ calls: [aCall(active({ resumed: true }))] });
    expect(by("#callState")?.textContent).toBe("Call Resumed");
  });

  it("sends digits from its keypad and shows them", async () => {
    show({ calls: [aCall(active(), { digits: "12" })] });
    await userEvent.click(button("Keypad"));
    expect(button("Keypad").getAttribute("aria-expanded")).toBe("true");
    expect(by("#dtmfDigits")?.textContent).toBe("12");
    await userEvent.click(button("hash"));
    expect(engine.sendDigit).toHaveBeenCalledWith("call-1", "#");
  });

  it.each([
    ["hold-failed", "could not be put on hold"],
    ["resume-failed", "could not be resumed"],
    ["digits-unsupported", "takes no digits"],
  ] as const)("says that %s", (notice, sentence) => {
    show({ calls: [aCall(active(), { notice })] });
    expect(by("#callNotice")?.textContent).toContain(sentence);
  });
});

describe("an ended call", () => {
  it.each([
    ["busy", "1001 is busy."],
    ["no-answer", "1001 does not answer."],
    ["unavailable", "1001 is not available right now."],
    ["unknown-number", "The number 1001 does not exist."],
    ["declined", "1001 declined the call."],
    ["forbidden", "You are not allowed to call 1001."],
    ["no-common-codec", "no audio format in common"],
    ["server-lost", "The connection to the server was lost."],
    ["no-microphone", "Connect one and try again."],
    ["microphone-refused", "Allow it with the button beside the address bar"],
    ["microphone-in-use", "used by another program"],
    ["insecure-page", "https:// or on http://localhost"],
    ["missed", "Missed call from 1001."],
  ] as const)("gives the reason %s in words", (reason, sentence) => {
    show({ calls: [aCall({ kind: "ended", reason })] });
    expect(currentScreen()).toBe("ended");
    expect(by("#endedReason")?.textContent).toContain(sentence);
    expect(by("#endedReason")?.dataset.reason).toBe(reason);
  });

  it("names the secure page if it is known", () => {
    show({ calls: [aCall({ kind: "ended", reason: "insecure-page" })] }, { otherwise: "https://10.0.0.5:8443/" });
    expect(by("#endedReason")?.textContent).toContain("Open the phone at https://10.0.0.5:8443/");
    expect(by("#securePage")).toHaveProperty("href", "https://10.0.0.5:8443/");
  });

  it("is closed by the user", async () => {
    show({ calls: [aCall({ kind: "ended", reason: "busy" })] });
    await userEvent.click(button("Close"));
    expect(currentScreen()).toBe("idle");
  });
});

describe("the timer", () => {
  it("counts hours only when there are any", () => {
    expect([7, 61, 3600, 36_061].map(formatDuration)).toEqual(["00:07", "01:01", "1:00:00", "10:01:01"]);
  });

  it("goes on by itself", () => {
    vi.useFakeTimers();
    show({ calls: [aCall(active())] });
    act(() => vi.advanceTimersByTime(3_000));
    expect(by("#callTimer")?.textContent).toBe("00:03");
  });
});
