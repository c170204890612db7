import { beforeEach, describe, expect, it } from "vitest";
import { SipPhoneEngine } from "./sip-phone-engine";
import { FakePeerConnection } from "./testing/fake-media";
import { answerSdp } from "./testing/fake-sip-server";
import { agree, callOf, type Harness, makeHarness, pass, settle, signIn, talkTo } from "./testing/harness";
import { headerOf, type SipMessage } from "./testing/sip-message";

let phone: Harness;

const KEY = "webcalling.calls";

function tagOf(message: SipMessage, header: string): string {
  return /;tag=([^;>]+)/.exec(headerOf(message, header))?.[1] ?? "";
}

/** The same tab, loaded anew: what it had in memory is gone. */
async function reload(): Promise<void> {
  phone.engine.leavePage();
  await settle();
  phone = { ...phone, engine: new SipPhoneEngine({ audioGraph: () => undefined }) };
}

const invites = () => phone.server.all("INVITE");

beforeEach(() => {
  phone = makeHarness();
});

describe("a page that is loaded anew in a call", () => {
  it("takes the call back as it was", async () => {
    await signIn(phone);
    const invite = await talkTo(phone, "1001");
    const { phase } = callOf(phone);
    const since = phase.kind === "active" ? phase.since : 0;
    phone.engine.setMuted(callOf(phone).id, true);
    await pass(3_000);
    await reload();
    expect(phone.server.all("BYE")).toEqual([]);
    await signIn(phone);

    const again = phone.server.last("INVITE");
    expect(headerOf(again, "replaces")).toBe(
      `${headerOf(invite, "call-id")};to-tag=to${headerOf(invite, "call-id")};from-tag=${tagOf(invite, "from")}`,
    );
    expect(headerOf(again, "require")).toContain("replaces");
    expect(callOf(phone)).toMatchObject({ phase: { kind: "connecting" }, direction: "outgoing" });

    phone.server.respond(again, 200, { sdp: answerSdp() });
    await settle();
    expect(callOf(phone)).toMatchObject({
      phase: { kind: "active", since, held: false },
      peer: { number: "1001" },
      muted: true,
      // By which its quality finds it in the history of the server.
      sipCallId: headerOf(invite, "call-id"),
    });
    expect(FakePeerConnection.last.track?.enabled).toBe(false);
    expect(phone.engine.state.current).toBe(callOf(phone).id);
  });

  it("goes on holding a call that it held", async () => {
    await signIn(phone);
    await talkTo(phone, "1001");
    phone.engine.setHeld(callOf(phone).id, true);
    await settle();
    await agree(phone.server);
    await reload();
    await signIn(phone);
    expect(phone.server.last("INVITE").body).toContain("a=sendonly");
    phone.server.respond(phone.server.last("INVITE"), 200, { sdp: answerSdp("recvonly") });
    await settle();
    expect(callOf(phone)).toMatchObject({ phase: { kind: "active", held: true } });
  });

  it("has nothing to take back twice", async () => {
    await signIn(phone);
    await talkTo(phone, "1001");
    await reload();
    await signIn(phone);
    phone.server.respond(phone.server.last("INVITE"), 481);
    await settle();
    expect(callOf(phone).phase).toEqual({ kind: "ended", reason: "server-lost" });
    expect(sessionStorage.getItem(KEY)).toBeNull();
    await reload();
    await signIn(phone);
    expect(invites().length).toBe(2);
  });

  it("does not try what is long over", async () => {
    await signIn(phone);
    await talkTo(phone, "1001");
    await reload();
    await pass(30_001);
    await signIn(phone);
    expect(invites().length).toBe(1);
  });

  it("leaves it alone when somebody else signs in", async () => {
    await signIn(phone);
    await talkTo(phone, "1001");
    await reload();
    phone.engine.signIn({ extension: "1003", password: "secret", server: "" });
    await settle();
    expect(invites().length).toBe(1);
  });

  it("leaves it to the tab that it belongs to", async () => {
    await signIn(phone);
    await talkTo(phone, "1001");
    await reload();
    const kept: object = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
    sessionStorage.setItem(KEY, JSON.stringify({ ...kept, contact: "anothera" }));
    await signIn(phone);
    expect(invites().length).toBe(1);
  });

  it("does not believe what is no call", async () => {
    await signIn(phone);
    await talkTo(phone, "1001");
    await reload();
    const kept = (sessionStorage.getItem(KEY) ?? "").replace(/"callId":"[^"]*"/, '"callId":"a b\\r\\nEvil: 1"');
    expect(kept).toContain("Evil");
    sessionStorage.setItem(KEY, kept);
    await signIn(phone);
    expect(invites().length).toBe(1);
  });

  it("ends a call that was not answered", async () => {
    await signIn(phone);
    phone.engine.dial("1001");
    await settle();
    phone.server.respond(phone.server.last("INVITE"), 180);
    await settle();
    await reload();
    expect(phone.server.all("CANCEL").length).toBe(1);
    expect(sessionStorage.getItem(KEY)).toBeNull();
  });
});

it("takes the call back also after a crash", async () => {
  await signIn(phone);
  await talkTo(phone, "1001");
  const kept = sessionStorage.getItem(KEY);
  expect(kept).not.toBeNull();
  phone.server.vanish();
  phone.server.reachable = true;
  phone = { ...phone, engine: new SipPhoneEngine({ audioGraph: () => undefined }) };
  sessionStorage.setItem(KEY, kept ?? "");
  await signIn(phone);
  expect(headerOf(phone.server.last("INVITE"), "replaces")).toContain(";from-tag=");
});

it("forgets a call that is over, and says when it has moved to another device", async () => {
  await signIn(phone);
  const invite = await talkTo(phone, "1001");
  phone.server.request("BYE", {
    dialog: phone.server.dialogOf(invite),
    headers: ['Reason: Q.850;cause=16;text="Moved to another device"'],
  });
  await settle();
  expect(callOf(phone).phase).toEqual({ kind: "ended", reason: "moved" });
  expect(sessionStorage.getItem(KEY)).toBeNull();
});

describe("a server that was started anew in a call", () => {
  /** The connection is lost and found again; what the page then says in its call is answered with this. */
  async function restart(status: number): Promise<void> {
    phone.server.vanish();
    await settle();
    phone.server.reachable = true;
    phone.engine.checkConnection();
    await settle();
    phone.server.respond(phone.server.last("INVITE"), status);
    await settle();
  }

  it("is asked for the call in a new dialog, and the user sees the same call", async () => {
    await signIn(phone);
    const invite = await talkTo(phone, "1001");
    const { id, phase } = callOf(phone);
    const since = phase.kind === "active" ? phase.since : 0;
    await restart(481);
    const again = phone.server.last("INVITE");
    expect(headerOf(again, "replaces")).toContain(`${headerOf(invite, "call-id")};`);
    expect(phone.engine.state.calls).toHaveLength(1);
    expect(callOf(phone)).toMatchObject({ id, phase: { kind: "connecting" } });
    phone.server.respond(again, 200, { sdp: answerSdp() });
    await settle();
    expect(callOf(phone)).toMatchObject({ id, phase: { kind: "active", since } });
    expect(phone.engine.state.current).toBe(id);
    expect(phone.server.all("BYE")).toEqual([]);
  });

  it("has lost the call if it knows nothing of that either", async () => {
    await signIn(phone);
    await talkTo(phone, "1001");
    await restart(481);
    phone.server.respond(phone.server.last("INVITE"), 481);
    await settle();
    expect(callOf(phone).phase).toEqual({ kind: "ended", reason: "server-lost" });
    expect(invites().length).toBe(3);
  });

  it("may be started anew once more", async () => {
    await signIn(phone);
    await talkTo(phone, "1001");
    for (const time of [1, 2]) {
      await restart(481);
      phone.server.respond(phone.server.last("INVITE"), 200, { sdp: answerSdp() });
      await settle();
      expect(callOf(phone).phase.kind, `time ${time}`).toBe("active");
    }
  });
});
