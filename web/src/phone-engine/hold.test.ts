import { beforeEach, describe, expect, it, vi } from "vitest";
import { FakePeerConnection } from "./testing/fake-media";
import { answerSdp } from "./testing/fake-sip-server";
import { callOf, type Harness, makeHarness, pass, settle, signIn } from "./testing/harness";
import { headerOf, type SipMessage } from "./testing/sip-message";

let phone: Harness;
let invite: SipMessage;

beforeEach(async () => {
  phone = makeHarness();
  await signIn(phone);
  phone.engine.dial("1001");
  await settle();
  invite = phone.server.last("INVITE");
  phone.server.respond(invite, 200, { sdp: answerSdp() });
  await settle();
});

const phase = () => callOf(phone).phase;

async function hold(held: boolean, status = 200, direction = held ? "recvonly" : "sendrecv"): Promise<void> {
  phone.engine.setHeld(callOf(phone).id, held);
  await settle();
  const sdp = status < 300 ? answerSdp(direction) : undefined;
  phone.server.respond(phone.server.last("INVITE"), status, { sdp });
  await settle();
}

async function peerOffers(direction: string): Promise<string> {
  const dialog = phone.server.dialogOf(invite);
  const offer = phone.server.request("INVITE", { dialog, sdp: answerSdp(direction) });
  await settle();
  phone.server.request("ACK", { dialog, cseq: Number.parseInt(headerOf(offer, "cseq"), 10) });
  await settle();
  return phone.server.responses.at(-1)?.body ?? "";
}

describe("hold", () => {
  it("offers sendonly with the same ICE credentials, and silences the microphone", async () => {
    await hold(true);
    expect(phone.server.last("INVITE").body).toContain("a=sendonly");
    expect(phone.server.last("INVITE").body).toContain("a=ice-ufrag:u1");
    expect(phase()).toMatchObject({ held: true });
    expect(phone.media.tracks.at(-1)?.enabled).toBe(false);
  });

  it("resumes with sendrecv", async () => {
    await hold(true);
    await hold(false);
    expect(phone.server.last("INVITE").body).toContain("a=sendrecv");
    expect(phase()).toMatchObject({ held: false, resumed: true });
    expect(phone.media.tracks.at(-1)?.enabled).toBe(true);
  });

  it("plays the same stream before and after", async () => {
    const audio = { srcObject: null, muted: false, play: vi.fn(async () => {}) } as unknown as HTMLAudioElement;
    phone.engine.attachAudio(audio);
    const before = audio.srcObject;
    await hold(true);
    await hold(false);
    expect(before).not.toBeNull();
    expect(audio.srcObject).toBe(before);
    expect(audio.play).toHaveBeenCalledTimes(1);
  });

  it("keeps a muted microphone muted over hold and resume", async () => {
    phone.engine.setMuted(callOf(phone).id, true);
    await hold(true);
    await hold(false);
    expect(phone.media.tracks.at(-1)?.enabled).toBe(false);
  });

  it("comes back to sendrecv after both sides held, where SIP.js stays at recvonly", async () => {
    await hold(true);
    await peerOffers("inactive");
    await hold(false, 200, "inactive");
    expect(phone.server.last("INVITE").body).toContain("a=sendrecv");
    expect(phase()).toMatchObject({ held: false, heldByPeer: true });
    expect(await peerOffers("sendrecv")).toContain("a=sendrecv");
    expect(phase()).toMatchObject({ held: false, heldByPeer: false });
  });

  it("says so when the other side refuses, and goes on talking", async () => {
    await hold(true, 488);
    expect(callOf(phone).notice).toBe("hold-failed");
    expect(phase()).toMatchObject({ kind: "active", held: false });
    expect(phone.media.tracks.at(-1)?.enabled).toBe(true);
    expect(FakePeerConnection.last.signalingState).toBe("stable");
  });

  it("tries again when two re-INVITEs meet", async () => {
    await hold(true, 491);
    const before = phone.server.all("INVITE").length;
    await pass(4_000);
    expect(phone.server.all("INVITE").length).toBe(before + 1);
    phone.server.respond(phone.server.last("INVITE"), 200, { sdp: answerSdp("recvonly") });
    await settle();
    expect(phase()).toMatchObject({ held: true });
  });

  it("ends a call that the server no longer knows", async () => {
    await hold(true, 481);
    phone.server.respond(phone.server.last("INVITE"), 481);
    await settle();
    expect(phase()).toEqual({ kind: "ended", reason: "server-lost" });
  });

  it("is not asked for twice by a double press", async () => {
    phone.engine.setHeld(callOf(phone).id, true);
    phone.engine.setHeld(callOf(phone).id, true);
    await settle();
    phone.server.respond(phone.server.last("INVITE"), 200, { sdp: answerSdp("recvonly") });
    await settle();
    expect(phone.server.all("INVITE").length).toBe(2);
  });
});

describe("hold while the connection is lost", () => {
  it.each([true, false])(
    "fails in words and works again afterwards (server had begun to answer: %s)",
    async (trying) => {
      phone.engine.setHeld(callOf(phone).id, true);
      await settle();
      if (trying) phone.server.respond(phone.server.last("INVITE"), 100);
      await settle();
      phone.server.vanish();
      await settle();
      expect(callOf(phone).notice).toBe("hold-failed");
      phone.server.reachable = true;
      phone.engine.checkConnection();
      await settle();
      phone.server.respond(phone.server.last("INVITE"), 200, { sdp: answerSdp() });
      await settle();
      await hold(true);
      expect(phase()).toMatchObject({ kind: "active", held: true });
      await pass(33_000);
      expect(phase()).toMatchObject({ kind: "active", held: true });
    },
  );
});

describe("hold by the other side", () => {
  it.each(["sendonly", "inactive"])("is seen in an offer of %s", async (direction) => {
    await peerOffers(direction);
    expect(phase()).toMatchObject({ held: false, heldByPeer: true });
    await peerOffers("sendrecv");
    expect(phase()).toMatchObject({ heldByPeer: false });
  });

  it("trusts the media section where Firefox says something else for the session", async () => {
    const sdp = answerSdp("sendonly").replace("t=0 0\r\n", "t=0 0\r\na=sendrecv\r\n");
    phone.server.request("INVITE", { dialog: phone.server.dialogOf(invite), sdp });
    await settle();
    expect(phase()).toMatchObject({ heldByPeer: true });
  });
});
