import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CredentialSource, Signed } from "../credential-source";
import { SipPhoneEngine } from "../sip-phone-engine";
import { answerSdp } from "../testing/fake-sip-server";
import { agree, callOf, callWith, type Harness, makeHarness, settle, signIn, talkTo } from "../testing/harness";
import { headerOf, type SipMessage } from "../testing/sip-message";

const SIGNED: Signed = {
  extension: "1002",
  credential: { username: "1002~s", password: "drawn", expires: Date.now() + 1e9 },
};
const sessions: CredentialSource = {
  open: async () => SIGNED,
  renew: async () => SIGNED,
  close: async () => undefined,
};

let phone: Harness;

const ownContact = () => /<sip:([^@]+)@/.exec(headerOf(phone.server.last("REGISTER"), "contact"))?.[1] ?? "";
const offered = () => phone.engine.state.otherCalls.map(({ peer }) => peer.number);

function dialog(number: string, contact: string): string {
  return `<dialog id="d${number}" call-id="c${number}" local-tag="l" remote-tag="r" direction="recipient">
    <state>confirmed</state><local><target uri="sip:${contact}@x.invalid"/></local>
    <remote><identity display="Bob">sip:${number}@localhost</identity></remote></dialog>`;
}

async function notify(subscribe: SipMessage, dialogs: string): Promise<void> {
  phone.server.request("NOTIFY", {
    dialog: phone.server.dialogOf(subscribe),
    headers: ["Event: dialog", "Subscription-State: active;expires=900", "Content-Type: application/dialog-info+xml"],
    body: `<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="0" state="full" entity="sip:1002@localhost">
      ${dialogs}</dialog-info>`,
  });
  await settle();
}

/** Signed in with a session, and told of these dialogs. */
async function watch(...numbers: string[]): Promise<SipMessage> {
  await signIn(phone);
  const subscribe = phone.server.last("SUBSCRIBE");
  phone.server.respond(subscribe, 200, { headers: ["Expires: 900", "Contact: <sip:pbx@127.0.0.1;transport=ws>"] });
  await settle();
  await notify(subscribe, numbers.map((number) => dialog(number, "desk")).join(""));
  return subscribe;
}

beforeEach(() => {
  const made = makeHarness();
  made.server.password = "drawn";
  phone = { ...made, engine: new SipPhoneEngine({ credentials: sessions }) };
});
afterEach(() => phone.engine.signOut());

describe("calls on other devices", () => {
  it("are asked for at our own server, for the own extension", async () => {
    const subscribe = await watch();
    expect(subscribe.uri).toBe("sip:1002@localhost");
    expect(headerOf(subscribe, "event")).toBe("dialog");
    expect(offered()).toEqual([]);
  });

  it("are not asked for without a session", async () => {
    phone = makeHarness();
    await signIn(phone);
    expect(phone.server.all("SUBSCRIBE")).toEqual([]);
  });

  it("are those that other phones have, and not this one", async () => {
    const subscribe = await watch("1001");
    expect(phone.engine.state.otherCalls).toEqual([
      { id: "d1001", direction: "incoming", peer: { number: "1001", name: "Bob" } },
    ]);
    await notify(subscribe, dialog("1001", ownContact()) + dialog("1003", "desk"));
    expect(offered()).toEqual(["1003"]);
    await notify(subscribe, "");
    expect(offered()).toEqual([]);
  });

  it("go on here by Replaces, and are offered no longer", async () => {
    const subscribe = await watch("1001");
    phone.engine.moveHere("d1001");
    await settle();
    const invite = phone.server.last("INVITE");
    expect(invite.uri).toBe("sip:1002@localhost");
    expect(headerOf(invite, "replaces")).toBe("c1001;to-tag=l;from-tag=r");
    expect(callOf(phone)).toMatchObject({
      phase: { kind: "connecting" },
      peer: { number: "1001" },
      direction: "incoming",
    });
    expect(offered()).toEqual([]);
    // What the server says next may be older than our INVITE.
    await notify(subscribe, dialog("1001", "desk"));
    expect(offered()).toEqual([]);
    phone.engine.moveHere("d1001");
    await settle();
    expect(phone.server.all("INVITE")).toHaveLength(1);
    phone.server.respond(invite, 200, { sdp: answerSdp() });
    await settle();
    expect(callOf(phone)).toMatchObject({
      phase: { kind: "active", held: false },
      sipCallId: headerOf(invite, "call-id"),
    });
  });

  it("put the call on hold that is talked on here", async () => {
    await watch("1001");
    await talkTo(phone, "1003");
    phone.engine.moveHere("d1001");
    await settle();
    await agree(phone.server);
    expect(callWith(phone, "1003").phase).toMatchObject({ held: true });
    expect(phone.engine.state.current).toBe(callWith(phone, "1001").id);
  });

  it("stay where they are if the server refuses", async () => {
    await watch("1001");
    phone.engine.moveHere("d1001");
    await settle();
    phone.server.respond(phone.server.last("INVITE"), 481);
    await settle();
    expect(callOf(phone).phase).toEqual({ kind: "ended", reason: "not-moved" });
  });

  it("are not known without a connection", async () => {
    await watch("1001");
    phone.server.vanish();
    await settle();
    expect(offered()).toEqual([]);
    phone.engine.moveHere("d1001");
    await settle();
    expect(phone.server.all("INVITE")).toEqual([]);
  });
});
