import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aCall, active, type FakeEngine, fakeEngine } from "../../store/fake-engine";
import type { Keeper, KeptCall } from "../kept-calls";
import type { ReceivedMessage } from "../messaging/message";
import type { Registration } from "../phone-engine";
import type { Presence } from "../presence/pidf";
import { FakeBrowser, type FakeTab } from "./fake-tabs";
import { SharedPhone } from "./shared-phone";
import { SharedShelf } from "./shared-shelf";

interface Page {
  tab: FakeTab;
  own: FakeEngine & { standDown(): void };
  shelf: SharedShelf;
  phone: SharedPhone;
}

const AVAILABLE: Presence = { state: "available" };
const AWAY: Presence = { state: "away" };
const IDENTITY = { extension: "1002", address: "sip:1002@localhost", server: "localhost", session: true };
const KEEPER: Keeper = { address: IDENTITY.address, contact: "abc" };
const TALK = aCall(active({ since: 1 }));
const KEPT: KeptCall = {
  callId: "c1",
  localTag: "l",
  remoteTag: "r",
  sipCallId: "c1",
  direction: "outgoing",
  peer: { number: "1001" },
  since: 1,
  muted: false,
  held: false,
  current: true,
};

let browser: FakeBrowser;

beforeEach(() => {
  browser = new FakeBrowser();
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

function open(): Page {
  const tab = browser.open();
  const engine = fakeEngine({ registration: { kind: "signed-out" }, identity: undefined });
  const connecting = () => engine.become({ registration: { kind: "connecting" }, identity: IDENTITY });
  vi.mocked(engine.signIn).mockImplementation(connecting);
  vi.mocked(engine.resumeSession).mockImplementation(connecting);
  const signedOut = () => engine.become({ registration: { kind: "signed-out" }, identity: undefined, calls: [] });
  vi.mocked(engine.signOut).mockImplementation(async () => signedOut());
  const own = Object.assign(engine, { standDown: vi.fn(signedOut) });
  const shelf = new SharedShelf();
  return { tab, own, shelf, phone: new SharedPhone(own, tab, shelf) };
}

const registered = ({ own }: Page) => own.become({ registration: { kind: "registered" }, identity: IDENTITY });
const registrationOf = ({ phone }: Page): Registration["kind"] => phone.state.registration.kind;
const account = { extension: "1002", password: "secret", server: "" };

function signIn(page: Page): void {
  page.phone.signIn(account);
  registered(page);
}

/** Talks to 1001. */
function talk(page: Page): void {
  page.shelf.keep(KEEPER, [KEPT]);
  page.own.become({ calls: [TALK], current: TALK.id });
}

/** The first has the phone, the others show it. */
function tabs(): [Page, Page, Page] {
  const pages: [Page, Page, Page] = [open(), open(), open()];
  signIn(pages[0]);
  return pages;
}

describe("tabs of one browser", () => {
  it("are signed in as soon as one is, which has the phone", () => {
    const [first, second] = tabs();
    expect(first.phone.state.elsewhere).toBe(false);
    expect(second.phone.state).toMatchObject({ registration: { kind: "registered" }, elsewhere: true });
    expect(second.own.signIn).not.toHaveBeenCalled();
    const late = open();
    expect(late.phone.state).toMatchObject({ registration: { kind: "registered" }, elsewhere: true });
    late.phone.resumeSession();
    expect(late.own.resumeSession).not.toHaveBeenCalled();
  });

  it("show the calls of the phone, and have its commands", () => {
    const [first, second] = tabs();
    talk(first);
    expect(second.phone.state).toMatchObject({ calls: [TALK], current: TALK.id });
    second.phone.setHeld(TALK.id, true);
    second.phone.dial("1003");
    expect(first.own.setHeld).toHaveBeenCalledWith(TALK.id, true);
    expect(first.own.dial).toHaveBeenCalledWith("1003");
    expect(second.own.dial).not.toHaveBeenCalled();
  });

  it("run no command that is none", () => {
    const [first, second] = tabs();
    second.tab.post({ kind: "command", name: "signIn" as "dial", args: [account] });
    expect(first.own.signIn).toHaveBeenCalledTimes(1);
  });

  it("know all settings, whichever has the phone next", () => {
    const [first, second] = tabs();
    second.phone.setDoNotDisturb(true);
    expect(first.own.state.doNotDisturb).toBe(true);
    expect(second.own.state.doNotDisturb).toBe(true);
    first.phone.setAutoAnswer(true);
    browser.crash(first.tab);
    expect(second.own.state.autoAnswer).toBe(true);
  });

  it("sign out together", async () => {
    const [first, second, third] = tabs();
    await second.phone.signOut();
    expect(first.own.signOut).toHaveBeenCalledTimes(1);
    expect([first, second, third].map(registrationOf)).toEqual(["signed-out", "signed-out", "signed-out"]);
    expect(second.phone.state.elsewhere).toBe(false);
    signIn(third);
    expect([first, second, third].map(({ phone }) => phone.state.elsewhere)).toEqual([true, true, false]);
  });

  it("let nobody sign in with a session that is being closed", async () => {
    const [first, second] = tabs();
    let closed = () => {};
    vi.mocked(first.own.signOut).mockImplementation(() => {
      first.own.become({ registration: { kind: "signed-out" }, identity: undefined });
      return new Promise((resolve) => (closed = resolve));
    });
    const done = first.phone.signOut();
    second.phone.resumeSession();
    expect(second.own.resumeSession).not.toHaveBeenCalled();
    closed();
    await done;
    expect(second.own.resumeSession).toHaveBeenCalledTimes(1);
  });

  it("are phones of their own without a session", () => {
    const first = open();
    const second = open();
    first.phone.signIn(account);
    expect(registrationOf(second)).toBe("connecting");
    first.own.become({ registration: { kind: "registered" }, identity: { ...IDENTITY, session: false } });
    expect(registrationOf(second)).toBe("signed-out");
    signIn(second);
    expect([first, second].map(({ phone }) => phone.state.elsewhere)).toEqual([false, false]);
    expect([first, second].map(registrationOf)).toEqual(["registered", "registered"]);
  });

  it("do not wait for one whose sign-in was refused", () => {
    const first = open();
    const second = open();
    first.phone.signIn(account);
    first.own.become({ registration: { kind: "signed-out", problem: "wrong-password" } });
    expect(first.phone.state.registration).toEqual({ kind: "signed-out", problem: "wrong-password" });
    expect(registrationOf(second)).toBe("signed-out");
    signIn(second);
    expect(first.phone.state).toMatchObject({ registration: { kind: "registered" }, elsewhere: true });
  });
});

describe("a phone whose tab is gone", () => {
  it.each([
    ["closed", ({ phone }: Page) => phone.leavePage()],
    ["crashed", ({ tab }: Page) => browser.crash(tab)],
  ])("is in the tab that has waited longest, with its calls, when that was %s", (_, end) => {
    const [first, second, third] = tabs();
    talk(first);
    end(first);
    expect(second.own.resumeSession).toHaveBeenCalledTimes(1);
    // Nothing of the screen goes while it is on its way.
    expect(second.phone.state).toMatchObject({
      registration: { kind: "reconnecting" },
      calls: [TALK],
      elsewhere: false,
    });
    expect(second.shelf.take(KEEPER)).toEqual([KEPT]);
    registered(second);
    talk(second);
    expect(third.phone.state).toMatchObject({ registration: { kind: "registered" }, calls: [TALK], elsewhere: true });
    expect(third.own.resumeSession).not.toHaveBeenCalled();
  });

  it("gives no calls to another account", () => {
    const [first, second] = tabs();
    talk(first);
    browser.crash(first.tab);
    expect(second.shelf.take({ ...KEEPER, address: "sip:1003@localhost" })).toEqual([]);
    expect(second.shelf.take(KEEPER)).toEqual([]);
  });

  it("signs in as if it was alone when the page is loaded anew", () => {
    const first = open();
    signIn(first);
    talk(first);
    first.phone.leavePage();
    const again = open();
    again.phone.resumeSession();
    expect(again.own.resumeSession).toHaveBeenCalledTimes(1);
    expect(registrationOf(again)).toBe("connecting");
    expect(again.shelf.take(KEEPER)).toEqual([KEPT]);
  });

  it("is taken from a tab that hangs", async () => {
    const first = open();
    signIn(first);
    first.tab.hangs = true;
    const second = open();
    second.phone.resumeSession();
    expect(registrationOf(second)).toBe("connecting");
    expect(second.own.resumeSession).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(second.own.resumeSession).toHaveBeenCalledTimes(1);
    expect(first.own.standDown).toHaveBeenCalledTimes(1);
  });

  it("comes back with the page from the browser's cache", () => {
    const first = open();
    signIn(first);
    first.phone.leavePage();
    first.phone.returnToPage();
    expect(first.own.resumeSession).toHaveBeenCalledTimes(1);
    registered(first);
    const second = open();
    first.phone.leavePage();
    registered(second);
    first.phone.returnToPage();
    expect(first.phone.state).toMatchObject({ registration: { kind: "registered" }, elsewhere: true });
  });
});

describe("the phone that is brought here", () => {
  it("comes with its calls, and leaves the other tab in their view", () => {
    const [first, second] = tabs();
    talk(first);
    second.phone.bringHere();
    expect(first.own.standDown).toHaveBeenCalledTimes(1);
    expect(second.own.enableSound).toHaveBeenCalledTimes(1);
    expect(second.shelf.take(KEEPER)).toEqual([KEPT]);
    expect(first.phone.state.elsewhere).toBe(true);
    registered(second);
    talk(second);
    expect(first.phone.state).toMatchObject({ calls: [TALK], registration: { kind: "registered" } });
    first.phone.bringHere();
    expect(second.own.standDown).toHaveBeenCalledTimes(1);
    expect(first.shelf.take(KEEPER)).toEqual([KEPT]);
  });
});

describe("what is written", () => {
  const message: ReceivedMessage = { id: "m", from: { number: "1001" }, text: "hello", sentAt: 0 };

  it("is told to every tab", () => {
    const pages = tabs();
    const listeners = pages.map(({ phone }) => {
      const listener = vi.fn();
      phone.subscribeMessages(listener);
      return listener;
    });
    pages[0].own.receive(message);
    for (const listener of listeners) expect(listener).toHaveBeenCalledExactlyOnceWith(message);
  });

  it("goes out by the tab that has the phone, which says what became of it", async () => {
    const [first, second] = tabs();
    vi.mocked(first.own.sendMessage).mockResolvedValueOnce({ kind: "kept" });
    expect(await second.phone.sendMessage("1001", "hello")).toEqual({ kind: "kept" });
    expect(first.own.sendMessage).toHaveBeenCalledWith("1001", "hello");
  });

  it("has failed if that tab is gone before", async () => {
    const [first, second] = tabs();
    vi.mocked(first.own.sendMessage).mockReturnValueOnce(new Promise(() => {}));
    const outcome = second.phone.sendMessage("1001", "hello");
    browser.crash(first.tab);
    expect(await outcome).toEqual({ kind: "failed", reason: "connection" });
  });
});

describe("presence", () => {
  it("is watched for all tabs, and told to all", () => {
    const [first, second] = tabs();
    const told = vi.fn();
    first.phone.watchPresence(["1001", "1003"]);
    first.own.stand("1001", AVAILABLE);
    second.phone.subscribePresence(told);
    second.phone.watchPresence(["1001", "1004"]);
    expect(first.own.watchPresence).toHaveBeenLastCalledWith(["1001", "1003", "1004"]);
    expect(told).toHaveBeenCalledWith("1001", AVAILABLE);
    first.own.stand("1004", AWAY);
    expect(told).toHaveBeenLastCalledWith("1004", AWAY);
    second.phone.leavePage();
    expect(first.own.watchPresence).toHaveBeenLastCalledWith(["1001", "1003"]);
  });

  it("is watched by whoever has the phone next", () => {
    const [first, second] = tabs();
    second.phone.watchPresence(["1004"]);
    browser.crash(first.tab);
    expect(second.own.watchPresence).toHaveBeenLastCalledWith(["1004"]);
  });
});
