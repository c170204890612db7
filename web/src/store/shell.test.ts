import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Call } from "../phone-engine/phone-engine";
import { callForAttention } from "./attention";
import { seeMissedCalls } from "./call-history";
import { aCall, active, type FakeEngine, fakeEngine } from "./fake-engine";
import { pageOf } from "./navigation";
import { createPhone, type Phone } from "./phone-store";
import { createSettings } from "./settings";
import { createShell, type Shell } from "./shell";
import { followTheme } from "./theme";

let engine: FakeEngine;
let phone: Phone;
let shell: Shell;

beforeEach(() => {
  engine = fakeEngine();
  phone = createPhone(engine);
  shell = createShell(phone, window);
});

const page = () => shell.navigation.getState().page;
const incoming = (change: Partial<Call> = {}) => aCall({ kind: "incoming" }, { direction: "incoming", ...change });

describe("the open page", () => {
  it("is named by the address, and the address follows it", async () => {
    expect(page()).toBe("phone");
    shell.navigation.setState({ page: "history" });
    expect(location.hash).toBe("#/history");
    location.hash = "#/settings";
    await vi.waitFor(() => expect(page()).toBe("settings"));
  });

  it("is the phone for an address that names none", () => {
    expect(["", "#", "#/", "#/nowhere", "#history"].map(pageOf)).toEqual(Array(5).fill("phone"));
  });

  it("is there after a reload", () => {
    location.hash = "#/messages";
    expect(createShell(phone, window).navigation.getState().page).toBe("messages");
  });

  it("becomes the phone for whoever dials, and stays for whoever is called", () => {
    shell.navigation.setState({ page: "people" });
    engine.become({ calls: [incoming()] });
    expect(page()).toBe("people");
    engine.become({ calls: [aCall({ kind: "preparing" }, { id: "call-2" })] });
    expect(page()).toBe("phone");
    shell.navigation.setState({ page: "settings" });
    engine.become({ calls: [aCall({ kind: "calling" }, { id: "call-2" })] });
    expect(page()).toBe("settings");
  });

  it("becomes the phone when the pad opens, and after signing out", () => {
    shell.navigation.setState({ page: "history" });
    phone.commands.togglePad();
    expect(page()).toBe("phone");
    shell.navigation.setState({ page: "settings" });
    engine.become({ registration: { kind: "signed-out" } });
    expect(page()).toBe("phone");
  });
});

describe("the history", () => {
  const records = () => shell.history.getState().records;

  it("keeps a call that was answered with its times", () => {
    vi.useFakeTimers({ now: 1_000 });
    engine.become({ calls: [aCall({ kind: "calling" })] });
    vi.setSystemTime(4_000);
    engine.become({ calls: [aCall(active({ since: 4_000 }))] });
    vi.setSystemTime(9_000);
    const ended = [aCall({ kind: "ended", reason: "hung-up" })];
    engine.become({ calls: ended });
    engine.become({ calls: [...ended] });
    expect(records()).toEqual([
      {
        id: "call-1",
        direction: "outgoing",
        peer: { number: "1001" },
        startedAt: 1_000,
        answeredAt: 4_000,
        endedAt: 9_000,
        outcome: "answered",
      },
    ]);
  });

  it.each([
    ["outgoing", "busy", "not-reached"],
    ["outgoing", "cancelled", "not-reached"],
    ["incoming", "missed", "missed"],
    ["incoming", "server-lost", "missed"],
    ["incoming", "rejected", "rejected"],
    ["incoming", "answered-elsewhere", "answered-elsewhere"],
  ] as const)("calls an unanswered %s call that ended as %s: %s", (direction, reason, outcome) => {
    engine.become({ calls: [aCall({ kind: direction === "incoming" ? "incoming" : "calling" }, { direction })] });
    engine.become({ calls: [aCall({ kind: "ended", reason }, { direction })] });
    expect(records()[0]?.outcome).toBe(outcome);
    expect(shell.history.getState().unseen).toBe(outcome === "missed" ? 1 : 0);
  });

  it("has the newest first, and knows which missed calls were seen", () => {
    for (const id of ["call-1", "call-2"]) {
      engine.become({ calls: [incoming({ id })] });
      engine.become({ calls: [aCall({ kind: "ended", reason: "missed" }, { id, direction: "incoming" })] });
    }
    expect(records().map(({ id }) => id)).toEqual(["call-2", "call-1"]);
    expect(shell.history.getState().unseen).toBe(2);
    seeMissedCalls(shell.history);
    expect(shell.history.getState().unseen).toBe(0);
  });
});

describe("the title of the page", () => {
  it("says how many calls were missed until they are looked at", () => {
    callForAttention(phone, document, shell.history);
    engine.become({ calls: [incoming({ peer: { number: "1001", name: "Alice" } })] });
    expect(document.title).toBe("☎ Alice (1001) calls");
    engine.become({ calls: [aCall({ kind: "ended", reason: "missed" }, { direction: "incoming" })] });
    expect(document.title).toBe("(1) WebRTC Phone");
    seeMissedCalls(shell.history);
    expect(document.title).toBe("WebRTC Phone");
  });
});

describe("the settings", () => {
  const kept = () => JSON.parse(localStorage.getItem("webcalling.settings") ?? "null");

  it("are kept, and read again", () => {
    shell.settings.setState({ theme: "dark", shortcuts: false });
    expect(kept()).toEqual({ theme: "dark", notifications: true, shortcuts: false });
    expect(createSettings(window).getState()).toEqual({ theme: "dark", notifications: true, shortcuts: false });
  });

  it.each(["{", "null", "7", '{"theme":"pink","notifications":"yes"}'])("are the usual ones if %s was kept", (text) => {
    localStorage.setItem("webcalling.settings", text);
    expect(createSettings(window).getState()).toEqual({ theme: "system", notifications: true, shortcuts: true });
  });

  it("reach the other tabs", () => {
    localStorage.setItem("webcalling.settings", '{"theme":"light"}');
    window.dispatchEvent(new StorageEvent("storage", { key: "webcalling.settings" }));
    expect(shell.settings.getState().theme).toBe("light");
  });

  it("hold without a storage", () => {
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    shell.settings.setState({ theme: "dark" });
    expect(shell.settings.getState().theme).toBe("dark");
  });
});

describe("the colours", () => {
  it("follow the system until the user chooses", () => {
    const system = Object.assign(new EventTarget(), { matches: true });
    vi.stubGlobal("matchMedia", () => system);
    const { dataset } = document.documentElement;
    followTheme(shell.settings, window);
    expect(dataset.bsTheme).toBe("dark");
    system.matches = false;
    system.dispatchEvent(new Event("change"));
    expect(dataset.bsTheme).toBe("light");
    shell.settings.setState({ theme: "dark" });
    expect(dataset.bsTheme).toBe("dark");
    shell.settings.setState({ theme: "system" });
    expect(dataset.bsTheme).toBe("light");
  });
});
