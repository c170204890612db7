import { beforeEach, describe, expect, it } from "vitest";
import { UNDO_MS } from "./call-transfer";
import { agree, callWith, type Harness, makeHarness, pass, settle, signIn, talkTo } from "./testing/harness";
import { headerOf, type SipMessage } from "./testing/sip-message";

let phone: Harness;
let invite: SipMessage;

beforeEach(async () => {
  phone = makeHarness();
  await signIn(phone);
  invite = await talkTo(phone, "1001");
});

const call = (number = "1001") => callWith(phone, number);
const refers = () => phone.server.all("REFER");

async function transfer(number = "1003"): Promise<void> {
  phone.engine.transfer(call().id, number);
  await settle();
  await agree(phone.server);
}

async function transferNow(number = "1003", status = 202): Promise<void> {
  await transfer(number);
  phone.engine.transferNow(call().id);
  await settle();
  phone.server.respond(phone.server.last("REFER"), status);
  await settle();
}

async function notify(line: string, state = "active;expires=60", event = "refer"): Promise<void> {
  const headers = [`Event: ${event}`, `Subscription-State: ${state}`, "Content-Type: message/sipfrag;version=2.0"];
  phone.server.request("NOTIFY", { dialog: phone.server.dialogOf(invite), headers, body: line });
  await settle();
}

describe("a blind transfer", () => {
  it("is held back for ten seconds, with the call on hold", async () => {
    const begin = Date.now();
    await transfer();
    expect(call().transfer).toEqual({ kind: "pending", target: { number: "1003" }, sendsAt: begin + UNDO_MS });
    expect(call().phase).toMatchObject({ kind: "active", held: true });
    await pass(UNDO_MS - 1);
    expect(refers()).toEqual([]);
    await pass(1);
    expect(refers().length).toBe(1);
    expect(headerOf(phone.server.last("REFER"), "refer-to")).toContain("sip:1003@localhost");
    expect(headerOf(phone.server.last("REFER"), "referred-by")).toContain("sip:1002@localhost");
    expect(call().transfer).toMatchObject({ kind: "transferring", ringing: false });
  });

  it("is undone: nothing is sent, and the talk goes on", async () => {
    await transfer();
    phone.engine.undoTransfer(call().id);
    await settle();
    await agree(phone.server);
    await pass(UNDO_MS);
    expect(refers()).toEqual([]);
    expect(call().transfer).toBeUndefined();
    expect(call().phase).toMatchObject({ held: false });
    expect(phone.media.tracks.at(-1)?.enabled).toBe(true);
  });

  it("is undone by resuming the call as well", async () => {
    await transfer();
    phone.engine.setHeld(call().id, false);
    await settle();
    await agree(phone.server);
    await pass(UNDO_MS);
    expect(refers()).toEqual([]);
    expect(call().transfer).toBeUndefined();
  });

  it("is sent at once if the user does not want to wait, and only once", async () => {
    await transferNow();
    expect(refers().length).toBe(1);
    await pass(UNDO_MS);
    phone.engine.transferNow(call().id);
    await settle();
    expect(refers().length).toBe(1);
  });

  it("is followed until the others talk; then this phone leaves", async () => {
    await transferNow();
    await notify("SIP/2.0 100 Trying");
    expect(call().transfer).toMatchObject({ kind: "transferring", ringing: false });
    await notify("SIP/2.0 180 Ringing");
    expect(call().transfer).toMatchObject({ kind: "transferring", ringing: true });
    await notify("SIP/2.0 200 OK", "terminated;reason=noresource");
    expect(call().phase).toEqual({ kind: "ended", reason: "transferred" });
    expect(phone.server.all("BYE").length).toBe(1);
    expect(phone.server.responses.at(-1)?.status).toBe(200);
  });

  it.each([
    [403, "refused"],
    [603, "refused"],
    [405, "refused"],
    [400, "failed"],
    [503, "connection"],
  ])("that the server answers with %i leaves the call", async (status, reason) => {
    await transferNow("1003", status);
    expect(call().transfer).toEqual({ kind: "failed", target: { number: "1003" }, reason });
    expect(call().phase).toMatchObject({ kind: "active", held: true });
    expect(phone.server.all("BYE")).toEqual([]);
  });

  it.each([
    ["486 Busy Here", "busy"],
    ["603 Decline", "declined"],
    ["404 Not Found", "unknown-number"],
    ["480 Temporarily Unavailable", "no-answer"],
    ["403 Forbidden", "refused"],
    ["500 Server Error", "failed"],
  ])("whose target answers %s leaves the call, which is taken back", async (line, reason) => {
    await transferNow();
    await notify(`SIP/2.0 ${line}`, "terminated;reason=noresource");
    expect(call().transfer).toEqual({ kind: "failed", target: { number: "1003" }, reason });
    phone.engine.setHeld(call().id, false);
    await settle();
    await agree(phone.server);
    expect(call().phase).toMatchObject({ kind: "active", held: false });
    expect(call().transfer).toBeUndefined();
  });

  it("may be tried again after it has failed", async () => {
    await transferNow("1003", 403);
    await transferNow("1004");
    await notify("SIP/2.0 200 OK", "terminated");
    expect(call().phase).toEqual({ kind: "ended", reason: "transferred" });
  });

  it("that the server forgets is told as unknown, and the call can be resumed", async () => {
    await transferNow();
    await pass(120_000);
    expect(call().transfer).toMatchObject({ kind: "failed", reason: "unknown" });
    expect(call().phase).toMatchObject({ kind: "active" });
  });

  it("that is no longer told of is unknown", async () => {
    await transferNow();
    await notify("SIP/2.0 100 Trying", "terminated;reason=timeout");
    expect(call().transfer).toMatchObject({ kind: "failed", reason: "unknown" });
  });

  it("is not confused by news of other events, or by nonsense", async () => {
    await transferNow();
    await notify("SIP/2.0 200 OK", "active", "presence");
    await notify("<html>");
    expect(call().transfer).toMatchObject({ kind: "transferring", ringing: false });
    expect(phone.server.responses.slice(-2).map(({ status }) => status)).toEqual([200, 200]);
  });

  it("is not resumed while it is under way", async () => {
    await transferNow();
    phone.engine.setHeld(call().id, false);
    await settle();
    expect(phone.server.waiting()).toEqual([]);
    expect(call().phase).toMatchObject({ held: true });
  });

  it("is over when the other side hangs up meanwhile", async () => {
    await transfer();
    phone.server.request("BYE", { dialog: phone.server.dialogOf(invite) });
    await settle();
    expect(call().phase).toEqual({ kind: "ended", reason: "remote-hung-up" });
    await pass(UNDO_MS);
    expect(refers()).toEqual([]);
  });

  it("is told to have failed if the connection is down", async () => {
    await transfer();
    phone.server.vanish();
    await pass(UNDO_MS);
    expect(call().transfer).toMatchObject({ kind: "failed", reason: "connection" });
    expect(call().phase).toMatchObject({ kind: "active" });
  });
});

describe("a transfer after a consultation", () => {
  let consult: SipMessage;
  beforeEach(async () => {
    consult = await talkTo(phone, "1003");
  });

  async function connect(status = 202): Promise<void> {
    phone.engine.connectCalls(call("1001").id, call("1003").id);
    await settle();
    phone.server.respond(phone.server.last("REFER"), status);
    await settle();
  }

  it("names the consulted call, and both end", async () => {
    await connect();
    const refer = phone.server.last("REFER");
    const dialog = phone.server.dialogOf(consult);
    const replaces = decodeURIComponent(headerOf(refer, "refer-to"));
    expect(headerOf(refer, "call-id")).toBe(headerOf(invite, "call-id"));
    expect(replaces).toContain(`Replaces=${dialog.callId};to-tag=to${dialog.callId};from-tag=`);
    await notify("SIP/2.0 200 OK", "terminated");
    expect(call("1001").phase).toEqual({ kind: "ended", reason: "transferred" });
    expect(call("1003").phase).toEqual({ kind: "ended", reason: "transferred" });
  });

  it("knows why the consulted call ends first", async () => {
    await connect();
    phone.server.request("BYE", { dialog: phone.server.dialogOf(consult) });
    await settle();
    expect(call("1003").phase).toEqual({ kind: "ended", reason: "transferred" });
    await notify("SIP/2.0 200 OK", "terminated");
    expect(call("1001").phase).toEqual({ kind: "ended", reason: "transferred" });
  });

  it("leaves both calls if it is refused", async () => {
    await connect(403);
    expect(call("1001").transfer).toMatchObject({ kind: "failed", reason: "refused" });
    expect(call("1003").phase).toMatchObject({ kind: "active", held: false });
    phone.server.request("BYE", { dialog: phone.server.dialogOf(consult) });
    await settle();
    expect(call("1003").phase).toEqual({ kind: "ended", reason: "remote-hung-up" });
    expect(call("1001").phase).toMatchObject({ kind: "active" });
  });

  it("is nothing once the consulted side has hung up", async () => {
    phone.server.request("BYE", { dialog: phone.server.dialogOf(consult) });
    await settle();
    phone.engine.connectCalls(call("1001").id, call("1003").id);
    await settle();
    expect(refers()).toEqual([]);
    expect(call("1001").phase).toMatchObject({ kind: "active", held: true });
  });

  it("is nothing between a call and itself, or before the other side answers", async () => {
    phone.engine.connectCalls(call("1001").id, call("1001").id);
    phone.engine.dial("1004");
    await settle();
    phone.engine.connectCalls(call("1001").id, call("1004").id);
    await settle();
    expect(refers()).toEqual([]);
  });

  it("does not end the consulted call when the other is given away blindly later", async () => {
    await connect(403);
    await transferNow("1005");
    await notify("SIP/2.0 200 OK", "terminated");
    expect(call("1001").phase).toEqual({ kind: "ended", reason: "transferred" });
    expect(call("1003").phase).toMatchObject({ kind: "active" });
  });
});
