import { beforeEach, describe, expect, it } from "vitest";
import { FakePeerConnection } from "./testing/fake-media";
import { answerSdp } from "./testing/fake-sip-server";
import { callOf, type Harness, makeHarness, settle, signIn } from "./testing/harness";
import type { SipMessage } from "./testing/sip-message";

let phone: Harness;
beforeEach(async () => {
  phone = makeHarness();
  await signIn(phone);
});

const phase = () => callOf(phone).phase;

async function invite(from = '"Alice" <sip:1001@localhost>'): Promise<SipMessage> {
  const request = phone.server.request("INVITE", { from, sdp: answerSdp() });
  await settle();
  return request;
}

async function answer(): Promise<void> {
  phone.engine.answer(callOf(phone).id);
  await settle();
}

const statuses = () => phone.server.responses.map((response) => response.status);

describe("an incoming call", () => {
  it("rings, with name and number", async () => {
    await invite();
    expect(phase()).toEqual({ kind: "incoming" });
    expect(callOf(phone).peer).toEqual({ name: "Alice", number: "1001" });
    expect(statuses()).toEqual([100, 180]);
  });

  it("believes the server's asserted identity rather than From", async () => {
    phone.server.request("INVITE", {
      from: "<sip:9@localhost>",
      sdp: answerSdp(),
      headers: ['P-Asserted-Identity: "Bob" <sip:1003@localhost>'],
    });
    await settle();
    expect(callOf(phone).peer).toEqual({ name: "Bob", number: "1003" });
  });

  it("does not say the number twice when the name is only the number", async () => {
    await invite('"1001" <sip:1001@localhost>');
    expect(callOf(phone).peer).toEqual({ name: undefined, number: "1001" });
  });

  it("takes markup in a name as plain text", async () => {
    await invite('"<img src=x>" <sip:1001@localhost>');
    expect(callOf(phone).peer.name).toBe("<img src=x>");
  });

  it("is answered", async () => {
    const request = await invite();
    await answer();
    expect(statuses().at(-1)).toBe(200);
    expect(phone.server.responses.at(-1)?.body).toContain("a=sendrecv");
    phone.server.request("ACK", { dialog: phone.server.ownDialogOf(request) });
    await settle();
    expect(phase()).toMatchObject({ kind: "active" });
    phone.engine.hangUp(callOf(phone).id);
    await settle();
    expect(phone.server.all("BYE").length).toBe(1);
  });

  it("is rejected by the user", async () => {
    await invite();
    phone.engine.decline(callOf(phone).id);
    await settle();
    expect(statuses().at(-1)).toBe(603);
    expect(phase()).toEqual({ kind: "ended", reason: "rejected" });
  });

  it("is told to be busy, which lets other phones of the extension ring on", async () => {
    await invite();
    phone.engine.decline(callOf(phone).id, "busy");
    await settle();
    expect(statuses().at(-1)).toBe(486);
    expect(phase()).toEqual({ kind: "ended", reason: "rejected" });
  });

  it("is missed when the caller gives up", async () => {
    const request = await invite();
    phone.server.request("CANCEL", { dialog: phone.server.ownDialogOf(request, true) });
    await settle();
    expect(statuses()).toContain(487);
    expect(phase()).toEqual({ kind: "ended", reason: "missed" });
  });

  it("says when another phone has answered", async () => {
    const request = await invite();
    const headers = ['Reason: SIP;cause=200;text="Call completed elsewhere"'];
    phone.server.request("CANCEL", { dialog: phone.server.ownDialogOf(request, true), headers });
    await settle();
    expect(phase()).toEqual({ kind: "ended", reason: "answered-elsewhere" });
  });

  it("goes on ringing when the microphone fails, so that the user can mend it", async () => {
    await invite();
    phone.media.getUserMedia.mockRejectedValueOnce(Object.assign(new Error(), { name: "NotAllowedError" }));
    await answer();
    expect(phase()).toEqual({ kind: "incoming" });
    expect(callOf(phone).notice).toBe("microphone-refused");
    await answer();
    expect(phase()).toMatchObject({ kind: "active" });
    expect(callOf(phone).notice).toBeUndefined();
  });

  it("is refused when its offer is nonsense", async () => {
    phone.server.request("INVITE", { sdp: "v=0\r\n" });
    await settle();
    await answer();
    expect(phase()).toEqual({ kind: "ended", reason: "media-failed" });
    expect(statuses().at(-1)).toBeGreaterThanOrEqual(400);
  });

  it("takes the place of a call that has ended", async () => {
    await invite();
    phone.engine.decline(callOf(phone).id);
    await invite("<sip:1003@localhost>");
    expect(phone.engine.state.calls.length).toBe(1);
    expect(callOf(phone).peer.number).toBe("1003");
  });

  it("is over when the connection is lost while it rings", async () => {
    await invite();
    phone.server.vanish();
    await settle();
    expect(phase()).toEqual({ kind: "ended", reason: "server-lost" });
  });

  it("lets go of the microphone and the connection in the end", async () => {
    await invite();
    await answer();
    await phone.engine.signOut();
    await settle();
    expect(phone.media.tracks.every((track) => track.readyState === "ended")).toBe(true);
    expect(FakePeerConnection.last.connectionState).toBe("closed");
    expect(phone.engine.state.calls).toEqual([]);
  });
});
