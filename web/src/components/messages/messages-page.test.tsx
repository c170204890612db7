import { act, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { chooseLanguage } from "../../languages/text";
import { LONGEST_MESSAGE } from "../../phone-engine/messaging/message";
import { callForAttention } from "../../store/attention";
import { type FakeEngine, fakeEngine } from "../../store/fake-engine";
import { PhoneContext } from "../../store/phone-context";
import { createPhone } from "../../store/phone-store";
import { createShell, type Shell } from "../../store/shell";
import { App } from "../app";
// Both are fetched when they are opened, which takes its time on a busy machine.
import "../settings/settings-page";
import "./messages-page";

let engine: FakeEngine;
let shell: Shell;

beforeEach(async () => {
  engine = fakeEngine();
  const phone = createPhone(engine);
  shell = createShell(phone, window);
  callForAttention(phone, document, shell.history, shell.messages);
  render(
    <PhoneContext value={phone}>
      <App shell={shell} />
    </PhoneContext>,
  );
});

const by = (selector: string) => document.querySelector<HTMLElement>(selector);
const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
let ids = 0;
const receive = (text: string, number = "1001", name?: string) =>
  act(() => engine.receive({ id: `${ids++}`, from: { number, name }, text, sentAt: Date.UTC(2026, 0, 2, 12) }));
const field = () => screen.getByLabelText<HTMLTextAreaElement>(/^Message to/);

async function openPage() {
  await act(async () => shell.navigation.setState({ page: "messages" }));
  await screen.findByRole("heading", { level: 2, name: "Messages" });
}

async function begin(number: string) {
  await openPage();
  await userEvent.type(screen.getByLabelText("New conversation with"), `${number}{Enter}`);
}

describe("the badge and the title", () => {
  it("count unread messages until their conversation is open", async () => {
    receive("one");
    receive("two", "1003");
    expect(by("#unreadCount")?.textContent).toBe("2");
    expect(document.title).toBe("(2) WebRTC Phone");
    await openPage();
    expect(by("#unreadCount")?.textContent).toBe("2");
    await userEvent.click(by('[data-number="1001"]') as HTMLElement);
    expect(by("#unreadCount")?.textContent).toBe("1");
    await userEvent.click(by('[data-number="1003"]') as HTMLElement);
    expect(by("#unreadCount")).toBeNull();
    expect(document.title).toBe("WebRTC Phone");
  });

  it("count what comes while the page is hidden until it is looked at", async () => {
    await begin("1001");
    const visible = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    receive("one");
    expect(by("#unreadCount")?.textContent).toBe("1");
    visible.mockReturnValue("visible");
    act(() => void document.dispatchEvent(new Event("visibilitychange")));
    expect(by("#unreadCount")).toBeNull();
    visible.mockRestore();
  });
});

describe("the list of conversations", () => {
  it("shows who has written what, the newest first", async () => {
    receive("Hello", "1001", "Alice");
    receive("<b>Bye</b>", "1003");
    await openPage();
    const entries = within(screen.getByRole("list", { name: "Conversations" })).getAllByRole("button");
    expect(entries.map((entry) => entry.dataset.number)).toEqual(["1003", "1001"]);
    expect(entries[0]?.textContent).toContain("<b>Bye</b>");
    expect(entries[1]?.textContent).toContain("Alice");
    expect(within(entries[1] as HTMLElement).getByText("1 unread message")).toBeTruthy();
  });

  it("gets the focus back when a conversation is closed", async () => {
    receive("one");
    await openPage();
    await userEvent.click(by('[data-number="1001"]') as HTMLElement);
    expect(document.activeElement).toBe(field());
    await userEvent.click(screen.getByRole("button", { name: "All conversations" }));
    expect(document.activeElement).toBe(by('.conversation-entry[data-number="1001"]'));
  });

  it("begins one with a number, however that is written, and says what is no number", async () => {
    await begin("not a number");
    expect(by("#messageNumberError")?.textContent).toContain("This cannot be dialled.");
    await userEvent.clear(by("#messageNumber") as HTMLElement);
    await userEvent.type(by("#messageNumber") as HTMLElement, "sip:1003@localhost{Enter}");
    expect(by(".conversation")?.dataset.number).toBe("1003");
    expect(shell.messages.getState().conversations).toEqual([]);
  });
});

describe("a conversation", () => {
  it("shows markup and links as text", async () => {
    const words = '<img src=x onerror="alert(1)"> https://example.com/\njavascript:alert(1)';
    receive(words);
    await openPage();
    await userEvent.click(by('[data-number="1001"]') as HTMLElement);
    const log = screen.getByRole("log", { name: "Messages with 1001" });
    expect(log.getAttribute("aria-live")).toBe("polite");
    expect(log.querySelector(".message-text")?.textContent).toBe(words);
    expect(log.querySelector("img, a, b, script")).toBeNull();
  });

  it("sends with Enter, and begins a line with Shift and Enter", async () => {
    await begin("1001");
    await userEvent.type(field(), "one{Shift>}{Enter}{/Shift}two{Enter}");
    expect(engine.sendMessage).toHaveBeenCalledWith("1001", "one\ntwo");
    expect(field().value).toBe("");
    expect((await screen.findByText(/Delivered/)).closest("article")?.dataset.direction).toBe("outgoing");
  });

  it("sends nothing that is empty", async () => {
    await begin("1001");
    await userEvent.type(field(), "  {Enter}");
    await userEvent.click(screen.getByRole("button", { name: "Send" }));
    expect(engine.sendMessage).not.toHaveBeenCalled();
  });

  it("keeps what is typed while another page is open", async () => {
    await begin("1001");
    await userEvent.type(field(), "half a");
    await act(async () => shell.navigation.setState({ page: "settings" }));
    await screen.findByRole("heading", { level: 2, name: "Settings" });
    await openPage();
    expect(field().value).toBe("half a");
  });

  it("says that the server keeps a message", async () => {
    vi.mocked(engine.sendMessage).mockResolvedValueOnce({ kind: "kept" });
    await begin("1001");
    await userEvent.type(field(), "hello{Enter}");
    expect(await screen.findByText(/Kept by the server until 1001 is there/)).toBeTruthy();
  });

  it("says why a message was not sent, and sends it again", async () => {
    vi.mocked(engine.sendMessage).mockResolvedValueOnce({ kind: "failed", reason: "connection" });
    await begin("1001");
    await userEvent.type(field(), "hello{Enter}");
    expect(await screen.findByText(/Not sent: the server does not answer/)).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText(/Delivered/)).toBeTruthy();
    expect(all(".message").length).toBe(1);
  });

  it("says before that a message is too long, and keeps the text", async () => {
    await begin("1001");
    act(() => shell.messages.draft("1001", "ü".repeat(LONGEST_MESSAGE)));
    await userEvent.click(screen.getByRole("button", { name: "Send" }));
    expect(by("#messageError")?.textContent).toContain("too long");
    expect(engine.sendMessage).not.toHaveBeenCalled();
    expect(field().value.length).toBe(LONGEST_MESSAGE);
  });

  it("shows a long message shortened until all of it is wanted", async () => {
    const long = `${"x".repeat(1_999)}👋${"y".repeat(65_536)}`;
    await begin("1001");
    receive(long);
    expect(by(".message-text")?.textContent).toBe(`${"x".repeat(1_999)}…`);
    await userEvent.click(screen.getByRole("button", { name: "Show all" }));
    expect(by(".message-text")?.textContent).toBe(long);
  });

  it("tells times as the user's language does", async () => {
    await begin("1001");
    receive("one");
    await act(() => chooseLanguage("de"));
    expect(by(".message time")?.textContent).toContain("02.01.26");
    await act(() => chooseLanguage(undefined));
  });

  it("says that nothing is kept while the storage is full", async () => {
    await openPage();
    act(() => shell.messages.setState({ storageProblem: "full" }));
    expect(by("#messageStorage")?.textContent).toContain("storage is full");
  });
});
