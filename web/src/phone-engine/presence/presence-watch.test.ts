import { beforeEach, describe, expect, it } from "vitest";
import { type Harness, makeHarness, pass, settle, signIn } from "../testing/harness";
import { headerOf, type SipMessage } from "../testing/sip-message";
import type { Presence } from "./pidf";

let phone: Harness;
let told: [string, Presence | undefined][];

const subscribes = () => phone.server.all("SUBSCRIBE");
const pidf = (basic: string) =>
  `<presence xmlns="urn:ietf:params:xml:ns:pidf"><tuple id="a"><status><basic>${basic}</basic></status></tuple></presence>`;

/** The server agrees, and tells how somebody stands. */
async function notify(subscribe: SipMessage, basic: string, state = "active;expires=900"): Promise<void> {
  phone.server.request("NOTIFY", {
    dialog: phone.server.dialogOf(subscribe),
    headers: ["Event: presence", `Subscription-State: ${state}`, "Content-Type: application/pidf+xml"],
    body: pidf(basic),
  });
  await settle();
}

async function accept(subscribe: SipMessage): Promise<void> {
  phone.server.respond(subscribe, 200, { headers: ["Expires: 900", "Contact: <sip:pbx@127.0.0.1;transport=ws>"] });
  await settle();
}

beforeEach(async () => {
  phone = makeHarness();
  told = [];
  phone.engine.subscribePresence((number, presence) => told.push([number, presence]));
  await signIn(phone);
});

describe("watching others", () => {
  it("subscribes to each once, and tells how they stand", async () => {
    phone.engine.watchPresence(["1001", "1003"]);
    phone.engine.watchPresence(["1003", "1001"]);
    await settle();
    expect(subscribes().map(({ uri }) => uri)).toEqual(["sip:1001@localhost", "sip:1003@localhost"]);
    const [first] = subscribes();
    if (!first) throw new Error("no SUBSCRIBE");
    expect(headerOf(first, "event")).toBe("presence");
    expect(headerOf(first, "accept")).toContain("application/pidf+xml");
    await accept(first);
    await notify(first, "open");
    expect(told).toEqual([["1001", { state: "available" }]]);
    expect(phone.server.responses.at(-1)?.status).toBe(200);
  });

  it("ends when nobody looks any more", async () => {
    phone.engine.watchPresence(["1001"]);
    await settle();
    const [first] = subscribes();
    if (!first) throw new Error("no SUBSCRIBE");
    await accept(first);
    await notify(first, "open");
    phone.engine.watchPresence([]);
    await settle();
    expect(told.at(-1)).toEqual(["1001", undefined]);
    expect(headerOf(phone.server.last("SUBSCRIBE"), "expires")).toBe("0");
  });

  it("is forgotten with the connection, and asked for anew with the next one", async () => {
    phone.engine.watchPresence(["1001"]);
    await settle();
    const [first] = subscribes();
    if (!first) throw new Error("no SUBSCRIBE");
    await accept(first);
    await notify(first, "open");
    phone.server.vanish();
    await settle();
    expect(told.at(-1)).toEqual(["1001", undefined]);
    phone.server.reachable = true;
    phone.engine.checkConnection();
    await settle();
    expect(headerOf(phone.server.last("SUBSCRIBE"), "call-id")).not.toBe(headerOf(first, "call-id"));
  });

  it("does not begin anew whenever the registration is refreshed", async () => {
    phone.engine.watchPresence(["1001"]);
    await settle();
    const [first] = subscribes();
    if (!first) throw new Error("no SUBSCRIBE");
    await accept(first);
    const registers = phone.server.all("REGISTER").length;
    await pass(100_000);
    expect(phone.server.all("REGISTER").length).toBeGreaterThan(registers);
    expect(subscribes()).toHaveLength(1);
  });

  it("knows nothing of somebody whom the server does not tell of", async () => {
    phone.engine.watchPresence(["1001"]);
    await settle();
    phone.server.respond(phone.server.last("SUBSCRIBE"), 489);
    await settle();
    expect(told).toEqual([["1001", undefined]]);
  });

  it("leaves a server alone that has ended it, for as long as that wants", async () => {
    phone.engine.watchPresence(["1001"]);
    await settle();
    const [first] = subscribes();
    if (!first) throw new Error("no SUBSCRIBE");
    await accept(first);
    await notify(first, "open", "terminated;reason=probation;retry-after=30");
    expect(told.at(-1)).toEqual(["1001", undefined]);
    const calls = () => new Set(subscribes().map((request) => headerOf(request, "call-id"))).size;
    phone.engine.watchPresence(["1001"]);
    await pass(29_000);
    expect(calls()).toBe(1);
    await pass(1_000);
    expect(calls()).toBe(2);
  });

  it("is not asked for again where the server has refused it for good", async () => {
    phone.engine.watchPresence(["1001"]);
    await settle();
    const [first] = subscribes();
    if (!first) throw new Error("no SUBSCRIBE");
    await accept(first);
    await notify(first, "closed", "terminated;reason=rejected");
    await pass(60_000);
    expect(new Set(subscribes().map((request) => headerOf(request, "call-id"))).size).toBe(1);
  });

  it("has its limit", async () => {
    phone.engine.watchPresence(Array.from({ length: 400 }, (_, i) => String(2000 + i)));
    await settle();
    expect(subscribes()).toHaveLength(100);
  });

  it("begins with the registration, and waits for it", async () => {
    await phone.engine.signOut();
    phone.engine.watchPresence(["1001"]);
    await settle();
    expect(subscribes()).toHaveLength(0);
    await signIn(phone);
    expect(subscribes()).toHaveLength(1);
  });
});
