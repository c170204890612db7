import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CredentialSource, NoCredential, Signed } from "./credential-source";
import { SipPhoneEngine } from "./sip-phone-engine";
import { type Harness, makeHarness, pass, settle, signIn } from "./testing/harness";
import { headerOf } from "./testing/sip-message";

const MINUTE = 60_000;

class Sessions implements CredentialSource {
  answer: Signed | NoCredential = signed(1);
  readonly open = vi.fn(async () => this.answer);
  readonly renew = vi.fn(async () => this.answer);
  readonly close = vi.fn(async () => undefined);
}

function signed(generation: number, password = "drawn"): Signed {
  const credential = { username: `1002~s.${generation}`, password, expires: Date.now() + 20 * MINUTE };
  return { extension: "1002", credential };
}

let harness: Harness;
let sessions: Sessions;

beforeEach(() => {
  const made = makeHarness();
  sessions = new Sessions();
  made.server.password = "drawn";
  harness = { ...made, engine: new SipPhoneEngine({ credentials: sessions }) };
});
afterEach(() => harness.engine.signOut());

/** Whom the newest REGISTER says it is by its credentials. */
function authenticatedAs(): string | undefined {
  return /username="([^"]+)"/.exec(headerOf(harness.server.last("REGISTER"), "authorization"))?.[1];
}

describe("a session at the server", () => {
  it("signs in with a credential, and the extension stays the caller", async () => {
    await signIn(harness);
    expect(sessions.open).toHaveBeenCalledWith("1002", "secret");
    expect(authenticatedAs()).toBe("1002~s.1");
    expect(headerOf(harness.server.last("REGISTER"), "from")).toContain("sip:1002@");
    expect(harness.engine.state.registration).toEqual({ kind: "registered" });
    expect(harness.engine.state.identity).toMatchObject({ extension: "1002", session: true });
  });

  it("is opened again without the password", async () => {
    harness.engine.resumeSession();
    await settle();
    expect(sessions.renew).toHaveBeenCalledOnce();
    expect(authenticatedAs()).toBe("1002~s.1");
  });

  it.each(["session-ended", "server-unreachable"] as const)(
    "says why it cannot be opened again: %s",
    async (problem) => {
      sessions.answer = problem;
      harness.engine.resumeSession();
      await settle();
      expect(harness.engine.state.registration).toEqual({ kind: "signed-out", problem });
      expect(harness.server.all("REGISTER")).toHaveLength(0);
    },
  );

  it("does not trouble the registrar with a wrong password", async () => {
    sessions.answer = "wrong-password";
    await signIn(harness);
    expect(harness.engine.state.registration).toEqual({ kind: "signed-out", problem: "wrong-password" });
    expect(harness.server.all("REGISTER")).toHaveLength(0);
  });

  it("uses the password where the server gives no credential, and at other servers", async () => {
    sessions.answer = "none";
    harness.server.password = "secret";
    await signIn(harness);
    expect(authenticatedAs()).toBe("1002");
    await harness.engine.signOut();
    sessions.open.mockClear();
    await signIn(harness, "secret", "ws://pbx.example.com:5066");
    expect(authenticatedAs()).toBe("1002");
    expect(sessions.open).not.toHaveBeenCalled();
  });

  it("is closed when the user signs out, after the farewell to the registrar", async () => {
    await signIn(harness);
    sessions.close.mockImplementation(async () => {
      expect(harness.server.bindings.size).toBe(0);
    });
    expect(harness.server.bindings.size).toBe(1);
    await harness.engine.signOut();
    expect(sessions.close).toHaveBeenCalledOnce();
  });

  it("renews its credential before the time is over", async () => {
    await signIn(harness);
    sessions.answer = signed(2, "drawn anew");
    await pass(15 * MINUTE + 1000);
    expect(sessions.renew).toHaveBeenCalledOnce();
    harness.server.password = "drawn anew";
    await pass(120_000);
    expect(authenticatedAs()).toBe("1002~s.2");
  });

  it("is gone before the next one is asked for", async () => {
    await signIn(harness);
    let closed = () => {};
    sessions.close.mockReturnValue(new Promise((resolve) => (closed = () => resolve(undefined))));
    void harness.engine.signOut();
    await settle();
    sessions.open.mockClear();
    await signIn(harness);
    expect(sessions.open).not.toHaveBeenCalled();
    closed();
    await settle();
    expect(sessions.open).toHaveBeenCalledOnce();
  });

  it("is not left behind by a sign-in that was cancelled", async () => {
    let answer: (signed: Signed) => void = () => {};
    sessions.open.mockReturnValue(new Promise((resolve) => (answer = resolve)));
    await signIn(harness);
    await harness.engine.signOut();
    expect(sessions.close).not.toHaveBeenCalled();
    answer(signed(1));
    await settle();
    expect(sessions.close).toHaveBeenCalledOnce();
    expect(harness.server.all("REGISTER")).toHaveLength(0);
  });

  it("asks once a minute at most, however wrong the clock goes", async () => {
    const { credential } = signed(1);
    sessions.answer = { extension: "1002", credential: { ...credential, expires: Date.now() - 20 * MINUTE } };
    await signIn(harness);
    await pass(5 * MINUTE + 1);
    expect(sessions.renew).toHaveBeenCalledTimes(5);
  });

  it("that has ended is told, and leaves the phone where it is", async () => {
    await signIn(harness);
    sessions.answer = "session-ended";
    await pass(15 * MINUTE + 1);
    expect(harness.engine.state.registration).toEqual({ kind: "failed", problem: "session-ended" });
  });
});
