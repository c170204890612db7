import { beforeEach, describe, expect, it } from "vitest";
import { answerSdp } from "./testing/fake-sip-server";
import { callOf, callWith, type Harness, makeHarness, settle, signIn, talkTo } from "./testing/harness";

let phone: Harness;
beforeEach(async () => {
  phone = makeHarness();
  await signIn(phone);
});

async function callFrom(number: string, ...headers: string[]): Promise<void> {
  phone.server.request("INVITE", { from: `<sip:${number}@localhost>`, sdp: answerSdp(), headers });
  await settle();
}

const statuses = () => phone.server.responses.map((response) => response.status);

describe("answering by itself", () => {
  it.each([
    ["Call-Info: <sip:localhost>;answer-after=0"],
    ["Call-Info: <http://localhost/icon>;purpose=icon, <sip:localhost>; answer-after=0"],
    ["Alert-Info: <http://www.notused.com>;info=alert-autoanswer;delay=0"],
    ["Answer-Mode: Auto"],
    ["Answer-Mode: auto;require"],
  ])("is done for %s if the user has allowed it", async (header) => {
    phone.engine.setAutoAnswer(true);
    await callFrom("1001", header);
    expect(statuses().at(-1)).toBe(200);
    expect(callOf(phone)).toMatchObject({ phase: { kind: "active" }, answeredByItself: true });
  });

  it.each([
    ["Call-Info: <sip:localhost>;answer-after=30"],
    ["Alert-Info: <http://localhost/alert-autoanswer.wav>"],
    ["Answer-Mode: Manual"],
    ["Subject: Answer-Mode: Auto"],
  ])("is not done for %s", async (header) => {
    phone.engine.setAutoAnswer(true);
    await callFrom("1001", header);
    expect(callOf(phone).phase.kind).toBe("incoming");
  });

  it("is not done unless the user has allowed it", async () => {
    await callFrom("1001", "Answer-Mode: Auto");
    expect(callOf(phone)).toMatchObject({ phase: { kind: "incoming" }, answeredByItself: false });
  });

  it("does not take somebody out of a talk", async () => {
    phone.engine.setAutoAnswer(true);
    await talkTo(phone, "1003");
    await callFrom("1001", "Answer-Mode: Auto");
    expect(callWith(phone, "1001").phase.kind).toBe("incoming");
    expect(callWith(phone, "1003").phase).toMatchObject({ kind: "active", held: false });
  });

  it("rings on if there is no microphone", async () => {
    phone.engine.setAutoAnswer(true);
    phone.media.getUserMedia.mockRejectedValueOnce(Object.assign(new Error(), { name: "NotFoundError" }));
    await callFrom("1001", "Answer-Mode: Auto");
    expect(callOf(phone)).toMatchObject({
      phase: { kind: "incoming" },
      notice: "no-microphone",
      answeredByItself: false,
    });
  });
});

describe("do not disturb", () => {
  it("tells callers at once that the phone is busy, and shows nothing", async () => {
    phone.engine.setDoNotDisturb(true);
    await callFrom("1001", "Answer-Mode: Auto");
    expect(statuses()).toEqual([100, 486]);
    expect(phone.engine.state.calls).toEqual([]);
    phone.engine.setDoNotDisturb(false);
    await callFrom("1001");
    expect(callOf(phone).phase.kind).toBe("incoming");
  });

  it("does not end a call that is up, and outlives signing out", async () => {
    await talkTo(phone, "1001");
    phone.engine.setDoNotDisturb(true);
    await settle();
    expect(callOf(phone).phase.kind).toBe("active");
    await phone.engine.signOut();
    expect(phone.engine.state.doNotDisturb).toBe(true);
  });
});
