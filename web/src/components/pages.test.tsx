import { act, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { chooseLanguage, tellLanguage } from "../languages/text";
import { aCall, active, type FakeEngine, fakeEngine } from "../store/fake-engine";
import { listenToKeyboard } from "../store/keyboard";
import { PAGES, type Page } from "../store/navigation";
import { PhoneContext } from "../store/phone-context";
import { createPhone } from "../store/phone-store";
import { createShell, type Shell } from "../store/shell";
import { App } from "./app";

let engine: FakeEngine;
let shell: Shell;
let stopListening = () => {};

beforeEach(() => {
  engine = fakeEngine();
  const phone = createPhone(engine);
  shell = createShell(phone, window);
  stopListening = listenToKeyboard(phone, document, shell);
  render(
    <PhoneContext value={phone}>
      <App shell={shell} />
    </PhoneContext>,
  );
});
afterEach(async () => {
  stopListening();
  await act(() => chooseLanguage(undefined));
});

const by = (selector: string) => document.querySelector<HTMLElement>(selector);
const button = (name: string) => screen.getByRole("button", { name });
const open = (page: Page) => act(async () => shell.navigation.setState({ page }));
const become = (change: Parameters<FakeEngine["become"]>[0]) => act(() => engine.become(change));
const titled = (name: string) => screen.findByRole("heading", { level: 2, name });

describe("the tab bar", () => {
  it("names the pages and marks the one that is open", async () => {
    const nav = within(screen.getByRole("navigation", { name: "Pages" }));
    const names = nav.getAllByRole("link").map((link) => link.textContent);
    expect(names).toEqual(["Phone", "People", "History", "Messages", "Settings"]);
    expect(nav.getByRole("link", { current: "page" }).textContent).toBe("Phone");
    await open("settings");
    expect(nav.getByRole("link", { current: "page" }).textContent).toBe("Settings");
    expect(screen.getByTestId("phone").dataset.page).toBe("settings");
  });

  it("is not there before anybody has signed in", () => {
    become({ registration: { kind: "signed-out" } });
    expect(screen.queryByRole("navigation")).toBeNull();
  });

  it("counts missed calls until the history is opened", async () => {
    const call = { direction: "incoming" } as const;
    become({ calls: [aCall({ kind: "incoming" }, call)] });
    become({ calls: [aCall({ kind: "ended", reason: "missed" }, call)] });
    expect(by("#missedCount")?.textContent).toBe("1");
    expect(screen.getByText("1 missed call")).toBeTruthy();
    await open("history");
    await titled("History");
    // The page has seen them a moment after it is there.
    await waitFor(() => expect(by("#missedCount")).toBeNull());
  });
});

describe("every page", () => {
  it.each([
    ["people", "There are no contacts yet."],
    ["history", "There are no calls yet."],
    ["messages", "There are no messages yet."],
  ] as const)("%s says so when there is nothing", async (page, sentence) => {
    await open(page);
    expect(await screen.findByText(sentence)).toBeTruthy();
  });

  it.each(PAGES)("%s keeps the audio of the call, and the status", async (page) => {
    const audio = by("#remoteAudio");
    await open(page);
    expect(by("#remoteAudio")).toBe(audio);
    expect(by("#statusContent")?.textContent).toBe("Status: WebRTC Phone line is Registered");
  });
});

describe("the pages with something on them", () => {
  it("call a contact", async () => {
    await open("people");
    act(() => shell.people.setState({ contacts: [{ id: "1", name: "Alice", number: "1001", favourite: false }] }));
    await userEvent.click(await screen.findByRole("button", { name: "Call Alice" }));
    expect(engine.dial).toHaveBeenCalledWith("1001");
  });

  it("show calls with what became of them, and call back", async () => {
    become({ calls: [aCall(active({ since: Date.now() - 65_000 }))] });
    become({ calls: [aCall({ kind: "ended", reason: "hung-up" })] });
    await open("history");
    const entry = await screen.findByRole("listitem");
    expect(entry.textContent).toContain("Outgoing call. Answered, 01:05");
    await userEvent.click(within(entry).getByRole("button", { name: "Call 1001" }));
    expect(engine.dial).toHaveBeenCalledWith("1001");
  });
});

describe("the call bar", () => {
  const peer = { number: "1001", name: "Alice" };

  it("is on every page but the phone itself", async () => {
    become({ calls: [aCall({ kind: "incoming" }, { direction: "incoming", peer })] });
    for (const page of PAGES) {
      await open(page);
      expect(by("#callBar") === null).toBe(page === "phone");
    }
  });

  it("announces and answers a call without leaving the page", async () => {
    await open("messages");
    become({ calls: [aCall({ kind: "incoming" }, { direction: "incoming", peer })] });
    expect(screen.getByRole("alert").textContent).toBe("Incoming Call from Alice (1001)");
    await userEvent.click(button("Answer Call"));
    expect(engine.answer).toHaveBeenCalledWith("call-1");
    await userEvent.click(button("Reject"));
    expect(engine.decline).toHaveBeenCalledWith("call-1");
    expect(shell.navigation.getState().page).toBe("messages");
  });

  it("controls every call that there is, each by itself", async () => {
    const second = aCall({ kind: "ringing", earlyMedia: false }, { id: "call-2", peer: { number: "1003" } });
    become({ calls: [aCall(active({ held: true }), { muted: true }), second] });
    await open("people");
    const rows = document.querySelectorAll<HTMLElement>(".call-row");
    expect([...rows].map((row) => row.dataset.phase)).toEqual(["active", "ringing"]);
    const [first, other] = rows;
    if (!first || !other) throw new Error("Two calls have two rows.");
    await userEvent.click(within(first).getByRole("button", { name: "Unmute" }));
    await userEvent.click(within(first).getByRole("button", { name: "Resume" }));
    await userEvent.click(within(other).getByRole("button", { name: "End Call" }));
    expect(engine.setMuted).toHaveBeenCalledWith("call-1", false);
    expect(engine.setHeld).toHaveBeenCalledWith("call-1", false);
    expect(engine.hangUp).toHaveBeenCalledWith("call-2");
  });

  it("says how a call ended, and leads to the phone", async () => {
    await open("people");
    become({ calls: [aCall({ kind: "ended", reason: "busy" })] });
    expect(by(".call-row-state")?.textContent).toBe("1001 is busy.");
    expect(screen.getByRole("link", { name: "Show the call with 1001" }).getAttribute("href")).toBe("#/phone");
    await userEvent.click(button("Close"));
    expect(by("#callBar")).toBeNull();
  });
});

describe("the settings", () => {
  beforeEach(async () => {
    await open("settings");
    await titled("Settings");
  });

  it("change the language of the whole page at once", async () => {
    tellLanguage(document);
    await userEvent.selectOptions(screen.getByLabelText("Language"), "Deutsch");
    expect(await titled("Einstellungen")).toBeTruthy();
    expect(by("#statusContent")?.textContent).toBe("Status: Das Telefon ist angemeldet");
    expect(document.documentElement.lang).toBe("de");
    await userEvent.selectOptions(screen.getByLabelText("Sprache"), "Wie der Browser: English");
    expect(await titled("Settings")).toBeTruthy();
  });

  it("change the colours", async () => {
    await userEvent.click(screen.getByRole("radio", { name: "Dark" }));
    expect(shell.settings.getState().theme).toBe("dark");
    expect(screen.getByRole("radio", { name: "Dark" })).toHaveProperty("checked", true);
  });

  it("say that there are no notifications where there are none", () => {
    expect(by("#noNotifications")?.textContent).toContain("shows no notifications for this page");
  });

  it("sign out", async () => {
    await userEvent.click(by("#signOutBtn") as HTMLElement);
    expect(engine.signOut).toHaveBeenCalled();
  });

  it("offer to install the phone when the browser would", async () => {
    expect(by("#installBtn")).toBeNull();
    const install = vi.fn();
    act(() => shell.installation.setState({ install }));
    await userEvent.click(button("Install as an app"));
    expect(install).toHaveBeenCalled();
  });

  it("switch single keys off", async () => {
    await userEvent.click(screen.getByRole("checkbox", { name: "Single keys are commands" }));
    expect(shell.settings.getState().shortcuts).toBe(false);
  });
});

describe("permission for notifications", () => {
  it("is asked for by a press only", async () => {
    const requestPermission = vi.fn(async () => "granted" as const);
    vi.stubGlobal("Notification", { permission: "default", requestPermission });
    vi.stubGlobal("isSecureContext", true);
    await open("settings");
    await titled("Settings");
    expect(requestPermission).not.toHaveBeenCalled();
    await userEvent.click(button("Turn on notifications"));
    expect(requestPermission).toHaveBeenCalledTimes(1);
    await userEvent.click(screen.getByRole("checkbox", { name: "Show calls outside this page" }));
    expect(shell.settings.getState().notifications).toBe(false);
  });
});

describe("a new version of the phone", () => {
  it("is offered, but never in a call", () => {
    act(() => shell.installation.setState({ newVersion: true }));
    expect(by("#newVersionBtn")).not.toBeNull();
    become({ calls: [aCall(active())] });
    expect(by("#newVersionBtn")).toBeNull();
  });
});

describe("the sheet of shortcuts", () => {
  beforeEach(() => {
    // jsdom has no modal dialogs.
    HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
      this.open = true;
    };
  });

  it("opens with a question mark, lists every one, and closes", async () => {
    await userEvent.keyboard("?");
    const sheet = within(screen.getByRole("dialog", { name: "Keyboard shortcuts" }));
    expect(sheet.getByText("Answer Call").closest("div")?.textContent).toContain("A");
    expect(sheet.getByText("Reject").closest("div")?.textContent).toContain("ShiftR");
    await userEvent.click(sheet.getByRole("button", { name: "Close" }));
    expect(screen.queryByRole("dialog")).toBeNull();
  });
});
