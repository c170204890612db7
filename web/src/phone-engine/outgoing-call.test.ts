import { beforeEach, describe, expect, it, vi } from "vitest";
import { FakePeerConnection, FakeStream } from "./testing/fake-media";
import { answerSdp } from "./testing/fake-sip-server";
import { callOf, type Harness, makeHarness, pass, settle, signIn } from "./testing/harness";
import { headerOf } from "./testing/sip-message";

let phone: Harness;
beforeEach(async () => {
  phone = makeHarness();
  await signIn(phone);
});

async function dial(number = "1001"): Promise<void> {
  phone.engine.dial(number);
  await settle();
}

const phase = () => callOf(phone).phase;
const marks = () => phone.marks.mock.calls.map(([name]) => name);

async function answered(): Promise<void> {
  await dial();
  phone.server.respond(phone.server.last("INVITE"), 200, { sdp: answerSdp() });
  await settle();
}

describe("dialling", () => {
  it("sends an offer as soon as a host candidate is there, without any STUN server", async () => {
    await dial();
    expect(phase()).toEqual({ kind: "calling" });
    const invite = phone.server.last("INVITE");
    expect(invite.uri).toBe("sip:1001@localhost");
    expect(invite.body).toContain("a=sendrecv");
    expect(FakePeerConnection.last.configuration.iceServers).toEqual([]);
    expect(marks()).toContain("webcalling:invite-sent");
  });

  it("waits 20 ms after the first candidate for others, not for the end of gathering", async () => {
    FakePeerConnection.candidates = ["candidate:1 1 udp 1 192.0.2.1 50000 typ host"];
    await dial();
    expect(phone.server.all("INVITE")).toEqual([]);
    await pass(20);
    expect(phone.server.all("INVITE").length).toBe(1);
  });

  it("offers after half a second even if no candidate ever comes", async () => {
    FakePeerConnection.candidates = ["candidate:1 1 tcp 1 192.0.2.1 9 typ host tcptype active"];
    await dial();
    await pass(499);
    expect(phone.server.all("INVITE")).toEqual([]);
    await pass(1);
    expect(phone.server.all("INVITE").length).toBe(1);
  });

  it("answers a challenge", async () => {
    await dial();
    phone.server.challenge(phone.server.last("INVITE"), 407);
    await settle();
    expect(phone.server.all("INVITE").length).toBe(2);
    expect(headerOf(phone.server.last("INVITE"), "proxy-authorization")).toContain('username="1002"');
    expect(phase()).toEqual({ kind: "calling" });
  });

  it("escapes what a SIP address may not contain", async () => {
    await dial("*97#");
    expect(phone.server.last("INVITE").uri).toBe("sip:*97%23@localhost");
  });

  it("asks for the microphone before it dials", async () => {
    let open: (stream: FakeStream) => void = () => {};
    phone.media.getUserMedia.mockImplementationOnce(() => new Promise<FakeStream>((resolve) => (open = resolve)));
    await dial();
    expect(phase()).toEqual({ kind: "preparing" });
    expect(phone.server.all("INVITE")).toEqual([]);
    open(new FakeStream());
    await settle();
    expect(phone.server.all("INVITE").length).toBe(1);
  });

  it("uses a microphone that was warmed while the number was typed", async () => {
    Object.defineProperty(navigator, "permissions", {
      value: { query: async () => ({ state: "granted" }) },
      configurable: true,
    });
    phone.engine.warmMicrophone();
    await settle();
    await dial();
    expect(phone.media.getUserMedia).toHaveBeenCalledTimes(1);
    phone.engine.hangUp(callOf(phone).id);
    phone.engine.warmMicrophone();
    phone.engine.coolMicrophone();
    await settle();
    expect(phone.media.tracks.every((track) => track.readyState === "ended")).toBe(true);
    Reflect.deleteProperty(navigator, "permissions");
  });

  it.each([
    ["NotFoundError", "no-microphone"],
    ["NotAllowedError", "microphone-refused"],
    ["NotReadableError", "microphone-in-use"],
    ["TypeError", "microphone-failed"],
  ])("tells %s apart", async (name, reason) => {
    phone.media.getUserMedia.mockRejectedValueOnce(Object.assign(new Error(), { name }));
    await dial();
    expect(phase()).toEqual({ kind: "ended", reason });
    expect(phone.server.all("INVITE")).toEqual([]);
  });

  it("says so when the page is insecure", async () => {
    Object.defineProperty(navigator, "mediaDevices", { value: undefined, configurable: true });
    await dial();
    expect(phase()).toEqual({ kind: "ended", reason: "insecure-page" });
  });
});

describe("ringing", () => {
  beforeEach(() => dial());

  it("rings with its own tone when 180 brings no sound", async () => {
    phone.server.respond(phone.server.last("INVITE"), 180);
    await settle();
    expect(phase()).toEqual({ kind: "ringing", earlyMedia: false });
    expect(marks()).toContain("webcalling:ringing");
  });

  it("lets the far end's early media be heard", async () => {
    const audio = { srcObject: null, muted: false, play: vi.fn(async () => {}) } as unknown as HTMLAudioElement;
    phone.engine.attachAudio(audio);
    phone.server.respond(phone.server.last("INVITE"), 183, { sdp: answerSdp() });
    await settle();
    expect(phase()).toEqual({ kind: "ringing", earlyMedia: true });
    expect((audio.srcObject as MediaStream).getTracks()).toEqual([FakePeerConnection.last.remoteTrack]);
  });

  it("changes from its own tone to early media, and not back", async () => {
    const invite = phone.server.last("INVITE");
    phone.server.respond(invite, 180);
    await settle();
    phone.server.respond(invite, 183, { sdp: answerSdp() });
    await settle();
    phone.server.respond(invite, 180);
    await settle();
    expect(phase()).toEqual({ kind: "ringing", earlyMedia: true });
  });

  it("is answered with the session description of the 183", async () => {
    const invite = phone.server.last("INVITE");
    phone.server.respond(invite, 183, { sdp: answerSdp() });
    await settle();
    phone.server.respond(invite, 200, { sdp: answerSdp() });
    await settle();
    expect(phase()).toMatchObject({ kind: "active", held: false, mediaTrouble: false });
    expect(phone.server.all("ACK").length).toBe(1);
    expect(marks()).toContain("webcalling:answered");
  });

  it("can be cancelled, and lets go of the microphone", async () => {
    phone.server.respond(phone.server.last("INVITE"), 180);
    await settle();
    phone.engine.hangUp(callOf(phone).id);
    await settle();
    expect(phase()).toEqual({ kind: "ended", reason: "cancelled" });
    expect(phone.server.all("CANCEL").length).toBe(1);
    expect(phone.media.tracks.every((track) => track.readyState === "ended")).toBe(true);
    expect(FakePeerConnection.last.connectionState).toBe("closed");
  });

  it("hangs up a call that is answered while it is being cancelled", async () => {
    const invite = phone.server.last("INVITE");
    phone.server.respond(invite, 180);
    await settle();
    phone.engine.hangUp(callOf(phone).id);
    phone.server.respond(invite, 200, { sdp: answerSdp() });
    await settle();
    expect(phone.server.all("BYE").length).toBe(1);
    expect(phase()).toEqual({ kind: "ended", reason: "cancelled" });
  });
});

describe("being refused", () => {
  it.each([
    [404, false, "unknown-number"],
    [486, true, "busy"],
    [603, true, "declined"],
    [480, false, "unavailable"],
    [480, true, "no-answer"],
    [408, true, "no-answer"],
    [403, false, "forbidden"],
    [488, false, "no-common-codec"],
    [503, false, "server-error"],
    [302, false, "call-failed"],
  ])("%i (after ringing: %s) means %s", async (status, rang, reason) => {
    await dial();
    const invite = phone.server.last("INVITE");
    if (rang) phone.server.respond(invite, 180);
    await settle();
    phone.server.respond(invite, status);
    await settle();
    expect(phase()).toEqual({ kind: "ended", reason });
    expect(phone.media.tracks.every((track) => track.readyState === "ended")).toBe(true);
  });

  it("knows a password that is no longer right", async () => {
    await dial();
    phone.server.challenge(phone.server.last("INVITE"), 407);
    await settle();
    phone.server.challenge(phone.server.last("INVITE"), 407);
    await settle();
    expect(phase()).toEqual({ kind: "ended", reason: "wrong-password" });
  });

  it("ends a call whose answer cannot be used", async () => {
    await dial();
    phone.server.respond(phone.server.last("INVITE"), 180);
    await settle();
    FakePeerConnection.last.refuses = true;
    phone.server.respond(phone.server.last("INVITE"), 200, { sdp: answerSdp() });
    await settle();
    expect(phase()).toEqual({ kind: "ended", reason: "media-failed" });
    expect(phone.server.all("BYE").length).toBe(1);
  });

  it("ends when the connection is lost before the answer", async () => {
    await dial();
    phone.server.vanish();
    await settle();
    expect(phase()).toEqual({ kind: "ended", reason: "server-lost" });
  });
});

describe("in the call", () => {
  beforeEach(answered);

  it("ends by our hand", async () => {
    phone.engine.hangUp(callOf(phone).id);
    await settle();
    expect(phase()).toEqual({ kind: "ended", reason: "hung-up" });
    expect(phone.server.all("BYE").length).toBe(1);
  });

  it("ends by the other side's, without a BYE of ours", async () => {
    phone.server.request("BYE", { dialog: phone.server.dialogOf(phone.server.last("INVITE")) });
    await settle();
    expect(phase()).toEqual({ kind: "ended", reason: "remote-hung-up" });
    expect(phone.server.responses.at(-1)?.status).toBe(200);
    expect(phone.server.all("BYE")).toEqual([]);
  });

  it("stays ended on the screen until it is dismissed", async () => {
    phone.engine.hangUp(callOf(phone).id);
    await settle();
    phone.engine.dismiss(callOf(phone).id);
    expect(phone.engine.state.calls).toEqual([]);
  });

  it("mutes the microphone without telling the server", async () => {
    const before = phone.server.requests.length;
    phone.engine.setMuted(callOf(phone).id, true);
    await settle();
    expect(phone.media.tracks.at(-1)?.enabled).toBe(false);
    phone.engine.setMuted(callOf(phone).id, false);
    expect(phone.media.tracks.at(-1)?.enabled).toBe(true);
    expect(phone.server.requests.length).toBe(before);
  });

  it("sends digits as RFC 4733 events and remembers them", async () => {
    for (const digit of "12#") phone.engine.sendDigit(callOf(phone).id, digit);
    expect(FakePeerConnection.last.tones).toEqual(["1", "2", "#"]);
    expect(callOf(phone).digits).toBe("12#");
    expect(phone.server.all("INFO")).toEqual([]);
  });

  it("never follows a REFER", async () => {
    const dialog = phone.server.dialogOf(phone.server.last("INVITE"));
    phone.server.request("REFER", { dialog, headers: ["Refer-To: <sip:900@localhost>"] });
    await settle();
    expect(phone.server.responses.at(-1)?.status).toBe(603);
    expect(phone.server.all("INVITE").length).toBe(1);
    expect(phase().kind).toBe("active");
  });

  it("is left to the next page when this one goes", async () => {
    phone.engine.leavePage();
    await settle();
    expect(phone.server.all("BYE")).toEqual([]);
    expect(phone.engine.state.calls).toEqual([]);
  });
});

describe("broken media", () => {
  beforeEach(answered);

  it("is shown, and restarted with new ICE credentials when it has failed", async () => {
    FakePeerConnection.last.become("connected");
    FakePeerConnection.last.become("disconnected");
    expect(phase()).toMatchObject({ mediaTrouble: true });
    FakePeerConnection.last.become("failed");
    await settle();
    expect(phone.server.last("INVITE").body).toContain("a=ice-ufrag:u2");
    phone.server.respond(phone.server.last("INVITE"), 200, { sdp: answerSdp() });
    await settle();
    FakePeerConnection.last.become("connected");
    expect(phase()).toMatchObject({ kind: "active", mediaTrouble: false });
  });

  it("ends the call when it does not come back", async () => {
    FakePeerConnection.last.become("failed");
    await pass(20_000);
    expect(phase()).toEqual({ kind: "ended", reason: "media-failed" });
    expect(phone.server.all("BYE").length).toBe(1);
  });
});

describe("a lost connection during the call", () => {
  beforeEach(async () => {
    await answered();
    FakePeerConnection.last.become("connected");
    phone.server.vanish();
    await settle();
  });

  const reconnect = async () => {
    phone.server.reachable = true;
    phone.engine.checkConnection();
    await settle();
  };

  it("keeps the call, and tells the server the way to us when it is back", async () => {
    expect(phase().kind).toBe("active");
    await reconnect();
    const reinvite = phone.server.last("INVITE");
    expect(headerOf(reinvite, "to")).toContain("tag=");
    expect(reinvite.body).toContain("a=ice-ufrag:u1");
    phone.server.respond(reinvite, 200, { sdp: answerSdp() });
    await settle();
    expect(phase().kind).toBe("active");
  });

  it("keeps the call if the answer to a re-INVITE came with the last breath of the connection", async () => {
    await reconnect();
    let apply = () => {};
    FakePeerConnection.last.applying = new Promise((resolve) => {
      apply = resolve;
    });
    phone.server.respond(phone.server.last("INVITE"), 200, { sdp: answerSdp() });
    await settle();
    phone.server.vanish();
    await settle();
    apply();
    await settle();
    await reconnect();
    phone.server.respond(phone.server.last("INVITE"), 200, { sdp: answerSdp() });
    await settle();
    expect(phase().kind).toBe("active");
    expect(phone.server.all("BYE")).toEqual([]);
  });

  it("restarts ICE if the media broke as well", async () => {
    FakePeerConnection.last.become("disconnected");
    await reconnect();
    expect(phone.server.last("INVITE").body).toContain("a=ice-ufrag:u2");
  });

  it("ends the call when the server has forgotten it", async () => {
    await reconnect();
    // The dialog, and by its name the call.
    for (const _ of ["re-INVITE", "INVITE with Replaces"]) {
      phone.server.respond(phone.server.last("INVITE"), 481);
      await settle();
    }
    expect(phase()).toEqual({ kind: "ended", reason: "server-lost" });
  });

  it("ends the call when the media dies too", async () => {
    FakePeerConnection.last.become("failed");
    await pass(20_000);
    expect(phase()).toEqual({ kind: "ended", reason: "server-lost" });
  });

  it("sends the BYE of a call that was ended meanwhile", async () => {
    phone.engine.hangUp(callOf(phone).id);
    await settle();
    expect(phase()).toEqual({ kind: "ended", reason: "hung-up" });
    expect(phone.server.all("BYE")).toEqual([]);
    await reconnect();
    expect(phone.server.all("BYE").length).toBe(1);
  });
});
