import { beforeEach, describe, expect, it, vi } from "vitest";
import { aCall, active, type FakeEngine, fakeEngine } from "../store/fake-engine";
import type { PhoneCall } from "./api";
import { homeOf } from "./create-phone";
import { EmbeddedPhone, PageCredentials } from "./embedded-phone";

let engine: FakeEngine;
let credentials: PageCredentials;
let phone: EmbeddedPhone;
let told: [string, unknown][];

beforeEach(() => {
  engine = fakeEngine();
  credentials = new PageCredentials();
  phone = new EmbeddedPhone(engine, credentials);
  told = [];
  for (const name of ["statuschange", "callschange", "incomingcall", "callended", "message"])
    phone.addEventListener(name, (event) => told.push([name, (event as CustomEvent).detail]));
});

const names = () => told.map(([name]) => name);
const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return "none";
};

describe("signing in", () => {
  beforeEach(() => engine.become({ registration: { kind: "signed-out" } }));

  it("is done once calls can be made", async () => {
    vi.mocked(engine.signIn).mockImplementation(() => engine.become({ registration: { kind: "connecting" } }));
    const done = phone.signIn({ extension: "1002", password: "secret" });
    expect(engine.signIn).toHaveBeenCalledWith({ extension: "1002", password: "secret", server: "" });
    engine.become({ registration: { kind: "registered" } });
    await done;
    expect(phone.registration).toBe("registered");
  });

  it("says in words why it was refused", async () => {
    vi.mocked(engine.signIn).mockImplementation(() =>
      engine.become({ registration: { kind: "signed-out", problem: "wrong-password" } }),
    );
    await expect(phone.signIn({ extension: "1002", password: "x" })).rejects.toMatchObject({
      code: "wrong-password",
      message: expect.stringContaining("wrong for extension 1002"),
    });
    expect(phone.problem).toContain("wrong for extension 1002");
  });

  it("takes logins from the page, as often as they are needed", async () => {
    vi.mocked(engine.resumeSession).mockImplementation(() => engine.become({ registration: { kind: "registered" } }));
    const login = { extension: "1002", username: "1002~a", password: "p", expires: 5 };
    await phone.signIn({ credentials: async () => login });
    expect(engine.resumeSession).toHaveBeenCalledTimes(1);
    expect(await credentials.renew()).toEqual({
      extension: "1002",
      credential: { username: "1002~a", password: "p", expires: 5 },
    });
  });

  it("goes on without a login that does not come, and ends with one that is none", async () => {
    credentials.ask = () => Promise.reject(new Error("offline"));
    expect(await credentials.renew()).toBe("server-unreachable");
    credentials.ask = async () => ({}) as never;
    expect(await credentials.renew()).toBe("session-ended");
  });
});

describe("calls", () => {
  it("are made to numbers in any spelling, and returned", () => {
    vi.mocked(engine.dial).mockImplementation(() => engine.become({ calls: [aCall({ kind: "preparing" })] }));
    const call = phone.call("10-01");
    expect(engine.dial).toHaveBeenCalledWith("1001");
    expect(call).toMatchObject({ id: "call-1", direction: "outgoing", state: "dialling" });
  });

  it("are refused with a code and a sentence", () => {
    expect(codeOf(() => phone.call(""))).toBe("empty");
    expect(codeOf(() => phone.call("call me"))).toBe("not-a-number");
    expect(codeOf(() => phone.transfer("call-1", "0800-FLOWERS"))).toBe("letters");
    // The engine takes no more.
    expect(codeOf(() => phone.call("1001"))).toBe("too-many-calls");
    engine.become({ registration: { kind: "reconnecting" } });
    expect(codeOf(() => phone.call("1001"))).toBe("not-registered");
  });

  it("are told of, each change once", () => {
    const incoming = aCall({ kind: "incoming" }, { direction: "incoming", peer: { number: "1001", name: "Bob" } });
    engine.become({ calls: [incoming] });
    expect(names()).toEqual(["incomingcall", "callschange"]);
    expect(told[0]?.[1]).toMatchObject({ number: "1001", name: "Bob", state: "incoming" });
    const talk = { ...incoming, phase: active({ since: 7 }) };
    engine.become({ calls: [talk] });
    engine.become({ calls: [{ ...talk, quality: undefined }] });
    expect(names().slice(2)).toEqual(["callschange"]);
    expect(phone.calls[0]).toMatchObject({ state: "talking", answeredAt: 7, heldByOther: false });
    engine.become({ calls: [{ ...talk, phase: active({ since: 7, held: true }) }] });
    expect(phone.calls[0]?.state).toBe("held");
  });

  it("say why they ended, and are gone after a while", () => {
    vi.useFakeTimers();
    engine.become({ calls: [aCall(active())] });
    engine.become({ calls: [aCall({ kind: "ended", reason: "busy" })] });
    const ended = told.find(([name]) => name === "callended")?.[1] as PhoneCall;
    expect(ended).toMatchObject({ state: "ended", reason: "busy", reasonText: "1001 is busy." });
    vi.advanceTimersByTime(6_000);
    expect(phone.calls).toEqual([]);
  });

  it("take digits and nothing else", () => {
    phone.sendDigits("call-1", "1a#");
    expect(vi.mocked(engine.sendDigit).mock.calls).toEqual([
      ["call-1", "1"],
      ["call-1", "#"],
    ]);
  });
});

describe("texts", () => {
  it("come and go", async () => {
    engine.receive({ id: "m", from: { number: "1001", name: "Bob" }, text: "<b>hello</b>", sentAt: 5 });
    expect(told).toEqual([["message", { number: "1001", name: "Bob", text: "<b>hello</b>", sentAt: 5 }]]);
    expect(await phone.sendMessage("1001", "hello")).toBe("delivered");
    vi.mocked(engine.sendMessage).mockResolvedValueOnce({ kind: "failed", reason: "no-text" });
    await expect(phone.sendMessage("1001", "hello")).rejects.toMatchObject({ code: "no-text" });
  });
});

it("hears nothing more once it is closed", async () => {
  await phone.close();
  expect(engine.signOut).toHaveBeenCalledTimes(1);
  engine.become({ calls: [aCall({ kind: "incoming" })] });
  expect(told).toEqual([]);
});

it("knows its server by an address that a browser can reach", () => {
  expect(homeOf("https://pbx.example.com:8443/phone").host).toBe("pbx.example.com:8443");
  expect(homeOf("/here").origin).toBe(location.origin);
  expect(() => homeOf("ftp://pbx.example.com")).toThrow("is no http or https address");
});
