import { beforeEach, describe, expect, it } from "vitest";
import { type Harness, makeHarness, pass, settle, signIn } from "./testing/harness";
import { headerOf } from "./testing/sip-message";

let phone: Harness;
beforeEach(() => {
  phone = makeHarness();
});

const registration = () => phone.engine.state.registration;

describe("signing in", () => {
  it("registers at the page's own server with an MD5 digest, though SHA-256 is offered first", async () => {
    await signIn(phone);
    expect(registration()).toEqual({ kind: "registered" });
    expect(phone.server.socket.url).toBe("ws://localhost:8080/ws");
    expect(phone.server.socket.protocol).toBe("sip");
    const register = phone.server.last("REGISTER");
    expect(register.uri).toBe("sip:localhost");
    expect(headerOf(register, "contact")).toMatch(/expires=120$/);
    expect(phone.engine.state.identity?.address).toBe("sip:1002@localhost");
  });

  it("is not registered before the server says so", async () => {
    phone.server.onRegister = () => true;
    await signIn(phone);
    expect(registration()).toEqual({ kind: "connecting" });
    expect(phone.states.some((state) => state.registration.kind === "registered")).toBe(false);
  });

  it.each([
    ["a wrong password", async () => signIn(phone, "guess"), "wrong-password"],
    ["no password", async () => signIn(phone, ""), "missing-password"],
    ["a server that is no address", async () => signIn(phone, "secret", "not a host"), "bad-server-address"],
  ])("refuses %s in words", async (_, attempt, problem) => {
    await attempt();
    expect(registration()).toEqual({ kind: "signed-out", problem });
  });

  it("says that the server cannot be reached, and lets the user try again", async () => {
    phone.server.reachable = false;
    await signIn(phone);
    expect(registration()).toEqual({ kind: "signed-out", problem: "server-unreachable" });
    phone.server.reachable = true;
    await signIn(phone);
    expect(registration()).toEqual({ kind: "registered" });
  });

  it.each([
    [403, "wrong-password"],
    [503, "server-error"],
  ])("understands the refusal %i", async (status, problem) => {
    phone.server.onRegister = (request) => {
      phone.server.respond(request, status);
      return true;
    };
    await signIn(phone);
    expect(registration()).toEqual({ kind: "signed-out", problem });
  });

  it("does not wait for ever for a server that connects but is silent", async () => {
    phone.server.onRegister = () => true;
    await signIn(phone);
    await pass(5_000);
    expect(registration()).toEqual({ kind: "signed-out", problem: "server-error" });
  });

  it("raises its expiry when the server finds it too brief", async () => {
    let brief = true;
    phone.server.onRegister = (request) => {
      if (!brief) return false;
      brief = false;
      phone.server.respond(request, 423, { headers: ["Min-Expires: 300"] });
      return true;
    };
    await signIn(phone);
    expect(registration()).toEqual({ kind: "registered" });
    expect(headerOf(phone.server.last("REGISTER"), "contact")).toMatch(/expires=300$/);
  });

  it("can be given up while it connects", async () => {
    phone.server.onRegister = () => true;
    await signIn(phone);
    await phone.engine.signOut();
    expect(registration()).toEqual({ kind: "signed-out" });
  });
});

describe("staying registered", () => {
  it("refreshes between a half and four fifths of the granted time", async () => {
    await signIn(phone);
    const before = phone.server.all("REGISTER").length;
    await pass(59_000);
    expect(phone.server.all("REGISTER").length).toBe(before);
    await pass(38_000);
    expect(phone.server.all("REGISTER").length).toBeGreaterThan(before);
    expect(registration()).toEqual({ kind: "registered" });
  });

  it("refreshes so early on a hidden page that a timer a minute late is still in time", async () => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    await signIn(phone);
    const before = phone.server.all("REGISTER").length;
    await pass(60_000);
    expect(phone.server.all("REGISTER").length).toBeGreaterThan(before);
    Reflect.deleteProperty(document, "visibilityState");
  });

  it("answers a new nonce when it refreshes with the old one", async () => {
    await signIn(phone);
    phone.server.onRegister = (request) => {
      phone.server.onRegister = () => false;
      phone.server.challenge(request);
      return true;
    };
    await pass(97_000);
    expect(registration()).toEqual({ kind: "registered" });
  });

  it("reconnects with a fresh registerer after a 200 without Contact, which wedges SIP.js", async () => {
    await signIn(phone);
    phone.server.onRegister = (request) => {
      phone.server.onRegister = () => false;
      phone.server.respond(request, 200);
      return true;
    };
    await pass(97_000);
    expect(phone.states.some((state) => state.registration.kind === "reconnecting")).toBe(true);
    await pass(1_000);
    expect(registration()).toEqual({ kind: "registered" });
  });

  it("shows it when the server refuses later, and asks again", async () => {
    await signIn(phone);
    phone.server.password = "changed";
    await pass(97_000);
    expect(registration()).toEqual({ kind: "failed", problem: "wrong-password" });
    phone.server.password = "secret";
    await pass(60_000);
    expect(registration()).toEqual({ kind: "registered" });
  });

  it("asks at once when told to check", async () => {
    await signIn(phone);
    phone.server.password = "changed";
    await pass(97_000);
    phone.server.password = "secret";
    phone.engine.checkConnection();
    await settle();
    expect(registration()).toEqual({ kind: "registered" });
  });
});

describe("losing the connection", () => {
  it("says so, reconnects with growing waits and registers at once", async () => {
    await signIn(phone);
    phone.server.vanish();
    await settle();
    expect(registration()).toEqual({ kind: "reconnecting" });
    await pass(60_000);
    expect(registration()).toEqual({ kind: "reconnecting" });
    phone.server.reachable = true;
    await pass(15_000);
    expect(registration()).toEqual({ kind: "registered" });
    expect(phone.server.bindings.size).toBe(1);
  });

  it("is back within half a second when the server is", async () => {
    await signIn(phone);
    phone.server.socket.drop();
    await pass(500);
    expect(registration()).toEqual({ kind: "registered" });
  });

  it("does not wait when the network comes back", async () => {
    await signIn(phone);
    phone.server.vanish();
    await pass(60_000);
    phone.server.reachable = true;
    phone.engine.checkConnection();
    await settle();
    expect(registration()).toEqual({ kind: "registered" });
  });

  it("survives a loss while a REGISTER is unanswered", async () => {
    await signIn(phone);
    await pass(10_000);
    phone.server.onRegister = () => true;
    phone.engine.checkConnection();
    await settle();
    phone.server.socket.drop();
    phone.server.onRegister = () => false;
    await pass(1_000);
    expect(registration()).toEqual({ kind: "registered" });
  });

  it("finds a dead connection by an unanswered ping, but only where pings were answered before", async () => {
    await signIn(phone);
    phone.server.answersPings = true;
    await pass(30_000);
    phone.server.answersPings = false;
    expect(phone.server.sockets.length).toBe(1);
    await pass(30_000);
    expect(phone.server.sockets.length).toBeGreaterThan(1);
  });

  it("leaves a server alone that never answers pings", async () => {
    await signIn(phone);
    await pass(300_000);
    expect(phone.server.pings).toBeGreaterThan(5);
    expect(phone.server.sockets.length).toBe(1);
  });

  it("probes on waking up and replaces a connection that is open but dead", async () => {
    await signIn(phone);
    await pass(10_000);
    phone.server.onRegister = () => true;
    phone.engine.checkConnection();
    await pass(5_000);
    expect(registration()).toEqual({ kind: "reconnecting" });
    phone.server.onRegister = () => false;
    await pass(1_000);
    expect(registration()).toEqual({ kind: "registered" });
  });
});

describe("leaving", () => {
  it("unregisters and closes on sign-out", async () => {
    await signIn(phone);
    const out = phone.engine.signOut();
    await settle();
    await out;
    expect(phone.server.bindings.size).toBe(0);
    expect(phone.server.socket.open).toBe(false);
    expect(registration()).toEqual({ kind: "signed-out" });
  });

  it("signs out in bounded time from a server that is silent", async () => {
    await signIn(phone);
    phone.server.onRegister = () => true;
    const out = phone.engine.signOut();
    await pass(1_500);
    await out;
    expect(phone.server.socket.open).toBe(false);
  });

  it("unregisters in the moment the page goes", async () => {
    await signIn(phone);
    phone.engine.leavePage();
    await settle();
    expect(headerOf(phone.server.last("REGISTER"), "contact")).toMatch(/expires=0$/);
    expect(phone.server.socket.open).toBe(false);
  });

  it("registers again when the page comes back from the cache", async () => {
    await signIn(phone);
    phone.engine.leavePage();
    await settle();
    phone.engine.returnToPage();
    await settle();
    expect(registration()).toEqual({ kind: "registered" });
  });

  it("has the same contact after a reload, so that one registration is left", async () => {
    await signIn(phone);
    const contact = headerOf(phone.server.last("REGISTER"), "contact");
    const kept = sessionStorage.getItem("webcalling.contact") ?? "";
    const reloaded = makeHarness();
    sessionStorage.setItem("webcalling.contact", kept);
    await signIn({ ...reloaded, engine: new (await import("./sip-phone-engine")).SipPhoneEngine() });
    expect(headerOf(reloaded.server.last("REGISTER"), "contact")).toBe(contact);
  });

  it("keeps the password out of every storage", async () => {
    await signIn(phone);
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain("secret");
  });
});

describe("requests out of the blue", () => {
  beforeEach(() => signIn(phone));

  it("shows waiting voice messages and answers the NOTIFY", async () => {
    const headers = ["Event: message-summary", "Subscription-State: terminated;reason=noresource"];
    const body = "Messages-Waiting: yes\r\nVoice-Message: 3/8 (0/0)\r\n";
    phone.server.request("NOTIFY", { headers: [...headers, "Content-Type: application/simple-message-summary"], body });
    await settle();
    expect(phone.server.responses.at(-1)?.status).toBe(200);
    expect(phone.engine.state.voicemail).toBe(3);
  });

  it("answers OPTIONS", async () => {
    phone.server.request("OPTIONS");
    await settle();
    expect(phone.server.responses.at(-1)?.status).toBe(200);
  });

  it("refuses REFER", async () => {
    phone.server.request("REFER", { headers: ["Refer-To: <sip:900@localhost>"] });
    await settle();
    expect(phone.server.responses.at(-1)?.status).toBe(603);
    expect(phone.server.all("INVITE")).toEqual([]);
  });
});
