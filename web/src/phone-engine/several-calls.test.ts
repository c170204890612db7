import { beforeEach, describe, expect, it, vi } from "vitest";
import { Sounder } from "./media/sounder";
import { MAX_CALLS } from "./phone-engine";
import { FakePeerConnection } from "./testing/fake-media";
import { answerSdp } from "./testing/fake-sip-server";
import { agree, callWith, type Harness, makeHarness, pass, settle, signIn, talkTo } from "./testing/harness";
import type { SipMessage } from "./testing/sip-message";

let phone: Harness;
let audio: HTMLAudioElement;
let loops: string[];

beforeEach(async () => {
  loops = [];
  vi.spyOn(Sounder.prototype, "play").mockImplementation((loop) => {
    if (loops.at(-1) !== String(loop)) loops.push(String(loop));
  });
  phone = makeHarness();
  audio = { srcObject: null, muted: false, play: vi.fn(async () => {}) } as unknown as HTMLAudioElement;
  phone.engine.attachAudio(audio);
  await signIn(phone);
});

const phaseOf = (number: string) => callWith(phone, number).phase;
const idOf = (number: string) => callWith(phone, number).id;
const current = () => phone.engine.state.calls.find(({ id }) => id === phone.engine.state.current)?.peer.number;
const statuses = () => phone.server.responses.map((response) => response.status);
/** Which of the microphones, in the order of the calls, are live. */
const microphones = () => phone.media.tracks.map((track) => track.enabled && track.readyState === "live");
const heard = () => (audio.srcObject as MediaStream | null)?.getAudioTracks()[0];
const remoteTrack = (call: number) => FakePeerConnection.all[call]?.remoteTrack;

async function callFrom(number: string): Promise<SipMessage> {
  const invite = phone.server.request("INVITE", { from: `<sip:${number}@localhost>`, sdp: answerSdp() });
  await settle();
  return invite;
}

async function answer(number: string): Promise<void> {
  phone.engine.answer(idOf(number));
  await settle();
  await agree(phone.server);
}

async function switchTo(number: string): Promise<void> {
  phone.engine.switchTo(idOf(number));
  await settle();
  await agree(phone.server);
}

describe("a second caller", () => {
  beforeEach(() => talkTo(phone, "1001"));

  it("rings with the call-waiting tone, and the talk goes on", async () => {
    await callFrom("1003");
    expect(statuses().slice(-2)).toEqual([100, 180]);
    expect(phaseOf("1003")).toEqual({ kind: "incoming" });
    expect(loops.at(-1)).toBe("call-waiting");
    expect(current()).toBe("1001");
    expect(phaseOf("1001")).toMatchObject({ kind: "active", held: false });
    expect(microphones()).toEqual([true]);
    expect(heard()).toBe(remoteTrack(0));
  });

  it("rings aloud if the first is on hold", async () => {
    phone.engine.setHeld(idOf("1001"), true);
    await settle();
    await agree(phone.server);
    await callFrom("1003");
    expect(loops.at(-1)).toBe("ringtone");
  });

  it("is answered, and the first goes on hold", async () => {
    await callFrom("1003");
    await answer("1003");
    expect(phaseOf("1001")).toMatchObject({ kind: "active", held: true });
    expect(phaseOf("1003")).toMatchObject({ kind: "active", held: false });
    expect(current()).toBe("1003");
    expect(microphones()).toEqual([false, true]);
    expect(heard()).toBe(remoteTrack(1));
    expect(loops.at(-1)).toBe("undefined");
  });

  it("is rejected, and the talk goes on", async () => {
    await callFrom("1003");
    phone.engine.decline(idOf("1003"));
    await settle();
    expect(phaseOf("1003")).toEqual({ kind: "ended", reason: "rejected" });
    expect(current()).toBe("1001");
    expect(phaseOf("1001")).toMatchObject({ kind: "active", held: false });
  });

  it("gives up, and the tone stops", async () => {
    const invite = await callFrom("1003");
    phone.server.request("CANCEL", { dialog: phone.server.ownDialogOf(invite, true) });
    await settle();
    expect(phaseOf("1003")).toEqual({ kind: "ended", reason: "missed" });
    expect(loops.at(-1)).toBe("undefined");
  });

  it("is what the phone turns to when the first call ends", async () => {
    await callFrom("1003");
    phone.engine.hangUp(idOf("1001"));
    await settle();
    expect(current()).toBe("1003");
    expect(loops.at(-1)).toBe("ringtone");
  });

  it("hears busy when all lines are taken", async () => {
    for (let number = 2001; number <= 2000 + MAX_CALLS - 1; number++) await callFrom(String(number));
    const before = statuses().length;
    await callFrom("3001");
    expect(statuses().slice(before)).toEqual([100, 486]);
    expect(phone.engine.state.calls.length).toBe(MAX_CALLS);
    phone.engine.dial("3002");
    expect(phone.engine.state.calls.length).toBe(MAX_CALLS);
  });
});

describe("a second number that is dialled", () => {
  beforeEach(() => talkTo(phone, "1001"));

  it("puts the first call on hold and has the ear while it rings", async () => {
    phone.engine.dial("1003");
    await settle();
    expect(current()).toBe("1003");
    expect(microphones()[0]).toBe(false);
    await agree(phone.server);
    expect(phaseOf("1001")).toMatchObject({ held: true });
    phone.server.respond(phone.server.last("INVITE"), 180);
    await settle();
    expect(loops.at(-1)).toBe("ringback");
  });

  it("is busy: the first call is there, on hold, and the dead one goes with the next", async () => {
    phone.engine.dial("1003");
    await settle();
    await agree(phone.server);
    phone.server.respond(phone.server.all("INVITE").findLast(({ uri }) => uri.includes("1003")) as SipMessage, 486);
    await settle();
    expect(phaseOf("1003")).toEqual({ kind: "ended", reason: "busy" });
    expect(current()).toBe("1001");
    expect(microphones()).toEqual([false, false]);
    await switchTo("1001");
    expect(phaseOf("1001")).toMatchObject({ held: false });
    expect(microphones()).toEqual([true, false]);
  });

  it("waits with music if it answers after the user has gone back to the first", async () => {
    phone.engine.dial("1003");
    await settle();
    await agree(phone.server);
    const invite = phone.server.last("INVITE");
    await switchTo("1001");
    phone.server.respond(invite, 200, { sdp: answerSdp() });
    await settle();
    await agree(phone.server);
    expect(phaseOf("1003")).toMatchObject({ kind: "active", held: true });
    expect(phaseOf("1001")).toMatchObject({ kind: "active", held: false });
    expect(microphones()).toEqual([true, false]);
  });
});

describe("swapping", () => {
  beforeEach(async () => {
    await talkTo(phone, "1001");
    await talkTo(phone, "1003");
  });

  it("changes who hears and is heard", async () => {
    expect(microphones()).toEqual([false, true]);
    await switchTo("1001");
    expect(phaseOf("1001")).toMatchObject({ held: false, resumed: true });
    expect(phaseOf("1003")).toMatchObject({ held: true });
    expect(microphones()).toEqual([true, false]);
    expect(heard()).toBe(remoteTrack(0));
    await switchTo("1003");
    expect(microphones()).toEqual([false, true]);
    expect(heard()).toBe(remoteTrack(1));
  });

  it("keeps each call's mute", async () => {
    phone.engine.setMuted(idOf("1003"), true);
    await switchTo("1001");
    expect(microphones()).toEqual([true, false]);
    await switchTo("1003");
    expect(microphones()).toEqual([false, false]);
  });

  it("is quicker than the server: the last wish counts", async () => {
    phone.engine.switchTo(idOf("1001"));
    phone.engine.switchTo(idOf("1003"));
    await settle();
    for (let round = 0; round < 3; round++) await agree(phone.server);
    expect(phaseOf("1001")).toMatchObject({ held: true });
    expect(phaseOf("1003")).toMatchObject({ held: false });
    expect(microphones()).toEqual([false, true]);
  });

  it("is done by resuming a call that is on hold as well", async () => {
    phone.engine.setHeld(idOf("1001"), false);
    await settle();
    await agree(phone.server);
    expect(phaseOf("1003")).toMatchObject({ held: true });
    expect(current()).toBe("1001");
  });

  it("lets nothing through when the hold is refused", async () => {
    phone.engine.switchTo(idOf("1001"));
    await settle();
    for (const invite of phone.server.waiting()) {
      const holds = invite.body.includes("sendonly");
      phone.server.respond(invite, holds ? 488 : 200, holds ? {} : { sdp: answerSdp() });
      await settle();
    }
    expect(callWith(phone, "1003").notice).toBe("hold-failed");
    expect(microphones()).toEqual([true, false]);
    expect(heard()).toBe(remoteTrack(0));
  });

  it("tries the hold again when it meets a re-INVITE of the other side", async () => {
    phone.engine.switchTo(idOf("1001"));
    await settle();
    for (const invite of phone.server.waiting()) {
      const holds = invite.body.includes("sendonly");
      phone.server.respond(invite, holds ? 491 : 200, holds ? {} : { sdp: answerSdp() });
      await settle();
    }
    expect(microphones()).toEqual([true, false]);
    await pass(4_000);
    await agree(phone.server);
    expect(phaseOf("1003")).toMatchObject({ held: true });
    expect(phaseOf("1001")).toMatchObject({ held: false });
  });
});

describe("when one of two calls ends", () => {
  it("the other stays on hold and is the current one", async () => {
    await talkTo(phone, "1001");
    const invite = await talkTo(phone, "1003");
    phone.server.request("BYE", { dialog: phone.server.dialogOf(invite) });
    await settle();
    expect(phaseOf("1003")).toEqual({ kind: "ended", reason: "remote-hung-up" });
    expect(current()).toBe("1001");
    expect(phaseOf("1001")).toMatchObject({ held: true });
    expect(heard()).toBe(remoteTrack(0));
    phone.engine.dismiss(idOf("1003"));
    expect(phone.engine.state.calls.length).toBe(1);
  });

  it("and it was the held one, the talk goes on", async () => {
    const invite = await talkTo(phone, "1001");
    await talkTo(phone, "1003");
    phone.server.request("BYE", { dialog: phone.server.dialogOf(invite) });
    await settle();
    expect(current()).toBe("1003");
    expect(microphones()).toEqual([false, true]);
    expect(phone.media.tracks.map((track) => track.readyState)).toEqual(["ended", "live"]);
  });
});
