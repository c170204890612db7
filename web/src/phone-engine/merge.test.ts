import { beforeEach, describe, expect, it, vi } from "vitest";
import { FakePeerConnection } from "./testing/fake-media";
import { answerSdp } from "./testing/fake-sip-server";
import { agree, callWith, type Harness, makeHarness, settle, signIn, talkTo } from "./testing/harness";
import type { SipMessage } from "./testing/sip-message";

let phone: Harness;
let audio: HTMLAudioElement;
let invites: SipMessage[];

beforeEach(async () => {
  phone = makeHarness();
  audio = { srcObject: null, muted: false, play: vi.fn(async () => {}) } as unknown as HTMLAudioElement;
  phone.engine.attachAudio(audio);
  await signIn(phone);
  invites = [await talkTo(phone, "1001"), await talkTo(phone, "1003")];
});

const idOf = (number: string) => callWith(phone, number).id;
const phaseOf = (number: string) => callWith(phone, number).phase;
const microphone = (call: number) => phone.media.tracks[call];
const peer = (call: number) => FakePeerConnection.all[call] as FakePeerConnection;
/** Tracks that are heard by somebody. */
const tracksOf = (streams: Set<MediaStream> | undefined) =>
  new Set([...(streams ?? [])].flatMap((stream) => stream.getAudioTracks() as unknown[]));
const heardBy = (call: number) => tracksOf(phone.graphs.at(-1)?.heardInTrack(peer(call).track));
const heardByUser = () => tracksOf(phone.graphs.at(-1)?.heardIn(audio.srcObject as MediaStream | null));

async function merge(): Promise<void> {
  phone.engine.merge(idOf("1003"), idOf("1001"));
  await settle();
  await agree(phone.server);
}

function expectNoMix(): void {
  expect(phone.engine.state.merged).toEqual([]);
  expect(phone.graphs.at(-1)?.closed).toBe(true);
  for (const call of [0, 1]) expect(peer(call).track).toBe(microphone(call));
}

describe("a merge", () => {
  it("resumes who is on hold, and lets everybody hear the other two", async () => {
    await merge();
    expect(phone.engine.state.merged).toEqual([idOf("1003"), idOf("1001")]);
    expect(phaseOf("1001")).toMatchObject({ held: false });
    expect(phaseOf("1003")).toMatchObject({ held: false });
    expect(heardBy(0)).toEqual(new Set([microphone(0), peer(1).remoteTrack]));
    expect(heardBy(1)).toEqual(new Set([microphone(1), peer(0).remoteTrack]));
    expect(heardByUser()).toEqual(new Set([peer(0).remoteTrack, peer(1).remoteTrack]));
    expect(microphone(0)?.enabled && microphone(1)?.enabled).toBe(true);
  });

  it("is made without negotiating more than the resume", async () => {
    const before = phone.server.all("INVITE").length;
    await merge();
    expect(phone.server.all("INVITE").length).toBe(before + 1);
  });

  it("mutes each call by itself: the far ends still hear each other", async () => {
    await merge();
    phone.engine.setMuted(idOf("1001"), true);
    expect(microphone(0)?.enabled).toBe(false);
    expect(microphone(1)?.enabled).toBe(true);
    expect(heardBy(0)).toContain(peer(1).remoteTrack);
  });

  it("is split: the current call goes on, the other is held", async () => {
    await merge();
    phone.engine.split();
    await settle();
    await agree(phone.server);
    expectNoMix();
    expect(phaseOf("1003")).toMatchObject({ held: false });
    expect(phaseOf("1001")).toMatchObject({ held: true });
    expect(microphone(0)?.enabled).toBe(false);
    expect((audio.srcObject as MediaStream | null)?.getAudioTracks()).toEqual([peer(1).remoteTrack]);
  });

  it("is split by holding one of the two, and the talk goes on with the other", async () => {
    await merge();
    phone.engine.setHeld(idOf("1003"), true);
    await settle();
    await agree(phone.server);
    expectNoMix();
    expect(phaseOf("1003")).toMatchObject({ held: true });
    expect(phaseOf("1001")).toMatchObject({ held: false });
    expect(phone.engine.state.current).toBe(idOf("1001"));
  });

  it.each([0, 1])("ends when one of the two leaves, and the talk goes on with the other (%i)", async (leaver) => {
    await merge();
    phone.server.request("BYE", { dialog: phone.server.dialogOf(invites[leaver] as SipMessage) });
    await settle();
    const stays = 1 - leaver;
    const number = ["1001", "1003"][stays] as string;
    expect(phone.engine.state.merged).toEqual([]);
    expect(phone.engine.state.current).toBe(idOf(number));
    expect(phaseOf(number)).toMatchObject({ kind: "active", held: false });
    expect(peer(stays).track).toBe(microphone(stays));
    expect(microphone(stays)?.enabled).toBe(true);
    expect((audio.srcObject as MediaStream | null)?.getAudioTracks()).toEqual([peer(stays).remoteTrack]);
  });

  it("is put on hold as a whole when a third call is dialled", async () => {
    await merge();
    await talkTo(phone, "1004");
    await agree(phone.server);
    expectNoMix();
    expect(phaseOf("1001")).toMatchObject({ held: true });
    expect(phaseOf("1003")).toMatchObject({ held: true });
  });

  it("falls apart when the one on hold cannot be resumed", async () => {
    phone.engine.merge(idOf("1003"), idOf("1001"));
    await settle();
    for (const invite of phone.server.waiting()) phone.server.respond(invite, 488);
    await settle();
    expectNoMix();
    expect(callWith(phone, "1003").notice).toBe("merge-failed");
    expect(phaseOf("1003")).toMatchObject({ held: false });
    expect(phaseOf("1001")).toMatchObject({ held: true });
    expect(microphone(0)?.enabled).toBe(false);
  });

  it("goes on with another microphone", async () => {
    await merge();
    const first = phone.graphs[0];
    phone.engine.setProcessing({ noiseSuppression: false });
    await settle();
    const fresh = phone.media.tracks.slice(-2);
    expect(phone.engine.state.merged.length).toBe(2);
    expect(first?.closed).toBe(true);
    const heard = [...heardBy(0), ...heardBy(1)];
    for (const track of fresh) expect(heard).toContain(track);
    expect(heardBy(0)).toContain(peer(1).remoteTrack);
  });

  it("is refused for a call that is not answered, or with itself", async () => {
    phone.engine.merge(idOf("1001"), idOf("1001"));
    const invite = phone.server.request("INVITE", { from: "<sip:1004@localhost>", sdp: answerSdp() });
    await settle();
    expect(invite.method).toBe("INVITE");
    phone.engine.merge(idOf("1003"), idOf("1004"));
    await settle();
    expect(phone.engine.state.merged).toEqual([]);
    expect(phone.graphs).toEqual([]);
  });
});
