import { type MockInstance, vi } from "vitest";
import type { LevelSource } from "../media/microphone-level";
import type { Call, PhoneState } from "../phone-engine";
import { SipPhoneEngine } from "../sip-phone-engine";
import { FakeAudioGraph } from "./fake-audio-graph";
import { type FakeMedia, installFakeMedia } from "./fake-media";
import { answerSdp, FakeSipServer } from "./fake-sip-server";
import type { SipMessage } from "./sip-message";

/** The real engine on the real SIP.js, with a scripted server, scripted media and a clock that the test moves. */
export interface Harness {
  engine: SipPhoneEngine;
  server: FakeSipServer;
  media: FakeMedia;
  /** Every graph that calls were mixed in. */
  graphs: FakeAudioGraph[];
  /** How loud the user is, and how many microphones are listened to for that. */
  loudness: { now: number; measured: number };
  states: PhoneState[];
  /** Spy on performance.mark. */
  marks: MockInstance<typeof performance.mark>;
}

export function makeHarness(): Harness {
  vi.useFakeTimers();
  sessionStorage.clear();
  const media = installFakeMedia();
  const server = new FakeSipServer();
  const graphs: FakeAudioGraph[] = [];
  const audioGraph = () => {
    const graph = new FakeAudioGraph();
    graphs.push(graph);
    return graph;
  };
  const loudness = { now: 0, measured: 0 };
  const levels: LevelSource = () => {
    loudness.measured += 1;
    return { read: () => loudness.now, close: () => (loudness.measured -= 1) };
  };
  const engine = new SipPhoneEngine({ audioGraph, levels });
  const states: PhoneState[] = [];
  engine.subscribe((state) => states.push(state));
  return { engine, server, media, graphs, loudness, states, marks: vi.spyOn(performance, "mark") };
}

/** Lets everything happen that needs no time. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 10; round++) await vi.advanceTimersByTimeAsync(0);
}

export async function pass(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  await settle();
}

export async function signIn({ engine }: Harness, password = "secret", server = ""): Promise<void> {
  engine.signIn({ extension: "1002", password, server });
  await settle();
}

export function callOf({ engine }: Harness): Call {
  const call = engine.state.calls.at(-1);
  if (!call) throw new Error("There is no call.");
  return call;
}

/** The newest call with this number. */
export function callWith({ engine }: Harness, number: string): Call {
  const call = engine.state.calls.findLast(({ peer }) => peer.number === number);
  if (!call) throw new Error(`There is no call with ${number}.`);
  return call;
}

/** Dials, and the far end answers. Returns the INVITE. */
export async function talkTo({ engine, server }: Harness, number: string): Promise<SipMessage> {
  engine.dial(number);
  await settle();
  const invite = server.all("INVITE").findLast(({ uri }) => uri.startsWith(`sip:${number}@`));
  if (!invite) throw new Error(`${number} was not called.`);
  server.respond(invite, 200, { sdp: answerSdp() });
  await settle();
  await agree(server);
  return invite;
}

/** The server answers all re-INVITEs that wait for it: it agrees to hold and resume. */
export async function agree(server: FakeSipServer): Promise<void> {
  for (const invite of server.waiting()) {
    const direction = /^a=sendonly/m.test(invite.body) ? "recvonly" : "sendrecv";
    server.respond(invite, 200, { sdp: answerSdp(direction) });
    await settle();
  }
}
