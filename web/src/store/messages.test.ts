import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type FakeEngine, fakeEngine } from "./fake-engine";
import { bounded, MAX_CHARACTERS, MAX_CONVERSATIONS, MAX_MESSAGES } from "./kept-messages";
import { type Chat, type Conversation, createMessages, unreadIn } from "./messages";
import { createPhone } from "./phone-store";

let engine: FakeEngine;
let chat: Chat;

/** A page that is opened, with whatever the browser has kept. */
function open(): void {
  engine = fakeEngine();
  chat = createMessages(createPhone(engine));
}

beforeEach(() => {
  localStorage.clear();
  open();
});
afterEach(() => vi.restoreAllMocks());

const ALICE = { number: "1001", name: "Alice" };
const receive = (text: string, id = text) => engine.receive({ id, from: ALICE, text, sentAt: 1_000 });
const settled = () => new Promise((resolve) => queueMicrotask(() => queueMicrotask(() => resolve(undefined))));
const first = () => chat.getState().conversations[0];
const texts = () => first()?.messages.map(({ text }) => text);
const deliveries = () => first()?.messages.map(({ delivery }) => delivery);

describe("what comes in", () => {
  it("is in the conversation with whoever wrote it, unread until it is seen", () => {
    receive("one");
    receive("two");
    expect(first()).toMatchObject({ peer: ALICE, unread: 2 });
    expect(texts()).toEqual(["one", "two"]);
    expect(unreadIn(chat.getState())).toBe(2);
    chat.see("1001");
    expect(unreadIn(chat.getState())).toBe(0);
  });

  it("is shown once, even if the page was loaded anew between", () => {
    receive("one", "call-1 1");
    receive("one", "call-1 1");
    open();
    receive("one", "call-1 1");
    receive("one", "call-2 1");
    expect(texts()).toEqual(["one", "one"]);
  });

  it("is in every tab, whichever was told first", () => {
    const other = createMessages(createPhone(engine));
    chat.send("1001", "hello");
    window.dispatchEvent(new StorageEvent("storage", { key: "webcalling.messages.sip:1002@localhost" }));
    expect(other.getState().conversations[0]?.messages.map(({ text }) => text)).toEqual(["hello"]);
    receive("one");
    other.send("1001", "again");
    chat.send("1001", "and again");
    expect(texts()).toEqual(["hello", "one", "again", "and again"]);
    expect(first()?.unread).toBe(1);
  });

  it("brings its conversation to the top", () => {
    receive("one");
    chat.send("1003", "hello");
    expect(chat.getState().conversations.map(({ peer }) => peer.number)).toEqual(["1003", "1001"]);
    receive("two");
    expect(chat.getState().conversations.map(({ peer }) => peer.number)).toEqual(["1001", "1003"]);
  });
});

describe("what goes out", () => {
  it("is being sent until the server has answered", async () => {
    vi.mocked(engine.sendMessage).mockResolvedValueOnce({ kind: "kept" });
    chat.send("1001", "hello");
    expect(deliveries()).toEqual([{ kind: "sending" }]);
    await settled();
    expect(engine.sendMessage).toHaveBeenCalledWith("1001", "hello");
    expect(deliveries()).toEqual([{ kind: "kept" }]);
  });

  it("is sent again if it has failed, and only then", async () => {
    vi.mocked(engine.sendMessage).mockResolvedValueOnce({ kind: "failed", reason: "connection" });
    chat.send("1001", "hello");
    const id = first()?.messages[0]?.id ?? "";
    chat.retry("1001", id);
    expect(engine.sendMessage).toHaveBeenCalledTimes(1);
    await settled();
    expect(deliveries()).toEqual([{ kind: "failed", reason: "connection" }]);
    chat.retry("1001", id);
    await settled();
    expect(engine.sendMessage).toHaveBeenCalledTimes(2);
    expect(deliveries()).toEqual([{ kind: "delivered" }]);
    expect(texts()).toEqual(["hello"]);
  });

  it("was interrupted if the page went away before the server had answered", () => {
    vi.mocked(engine.sendMessage).mockReturnValueOnce(new Promise(() => {}));
    chat.send("1001", "hello");
    open();
    expect(deliveries()).toEqual([{ kind: "failed", reason: "interrupted" }]);
  });
});

describe("an account", () => {
  it("has conversations of its own, shown only with its password", () => {
    receive("for 1002");
    engine.become({ registration: { kind: "signed-out" } });
    expect(chat.getState().conversations).toEqual([]);
    const identity = { extension: "1003", address: "sip:1003@localhost", server: "" };
    engine.become({ registration: { kind: "registered" }, identity });
    expect(chat.getState().conversations).toEqual([]);
    engine.become({ registration: { kind: "signed-out" } });
    const before = { extension: "1002", address: "sip:1002@localhost", server: "" };
    engine.become({ registration: { kind: "connecting" }, identity: before });
    expect(chat.getState().conversations).toEqual([]);
    engine.become({ registration: { kind: "registered" } });
    expect(texts()).toEqual(["for 1002"]);
  });

  it("keeps nothing of what is answered after it has signed out", async () => {
    chat.send("1001", "hello");
    engine.become({ registration: { kind: "signed-out" } });
    await settled();
    expect(chat.getState().conversations).toEqual([]);
  });
});

describe("the browser's storage", () => {
  it.each([
    ["full", new DOMException("", "QuotaExceededError")],
    ["forbidden", new DOMException("", "SecurityError")],
  ])("may be %s: chat goes on in memory, and says so until it is kept again", (problem, error) => {
    vi.spyOn(Storage.prototype, "setItem").mockImplementationOnce(() => {
      throw error;
    });
    receive("one");
    expect(chat.getState().storageProblem).toBe(problem);
    expect(texts()).toEqual(["one"]);
    receive("two");
    expect(chat.getState().storageProblem).toBeUndefined();
  });

  it.each([
    ["no JSON", "{"],
    ["no list", '{"a":1}'],
    ["things of another kind", '[1,null,{"peer":{"number":7}},{"peer":{"number":"1001"},"messages":[{"id":1},null]}]'],
  ])("may hold %s", (_, value) => {
    localStorage.setItem("webcalling.messages.sip:1002@localhost", value);
    open();
    expect(first()?.messages ?? []).toEqual([]);
    receive("one");
    expect(texts()).toEqual(["one"]);
  });
});

describe("what is kept", () => {
  const conversation = (number: string, messages: string[]): Conversation => ({
    peer: { number },
    messages: messages.map((text, index) => ({ id: `${number} ${index}`, direction: "incoming", text, at: 0 })),
    unread: 0,
  });

  it("are the newest messages of the newest conversations", () => {
    const many = Array.from({ length: MAX_CONVERSATIONS + 1 }, (_, index) => conversation(`${index}`, ["x"]));
    expect(bounded(many).map(({ peer }) => peer.number)).toEqual(many.slice(0, -1).map(({ peer }) => peer.number));
    const long = conversation(
      "1",
      Array.from({ length: MAX_MESSAGES + 5 }, (_, index) => `${index}`),
    );
    const kept = bounded([long])[0]?.messages;
    expect(kept?.length).toBe(MAX_MESSAGES);
    expect(kept?.at(-1)?.text).toBe(`${MAX_MESSAGES + 4}`);
  });

  it("fits into the browser's storage", () => {
    const page = "x".repeat(MAX_CHARACTERS / 10);
    const kept = bounded([conversation("1", Array(8).fill(page)), conversation("2", ["old", ...Array(4).fill(page)])]);
    expect(kept.map(({ messages }) => messages.length)).toEqual([8, 2]);
  });
});
