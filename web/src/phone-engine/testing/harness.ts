import { type MockInstance, vi } from "vitest";
import type { Call, PhoneState } from "../phone-engine";
import { SipPhoneEngine } from "../sip-phone-engine";
import { type FakeMedia, installFakeMedia } from "./fake-media";
import { FakeSipServer } from "./fake-sip-server";

/** The real engine on the real SIP.js, with a scripted server, scripted media and a clock that the test moves. */
export interface Harness {
  engine: SipPhoneEngine;
  server: FakeSipServer;
  media: FakeMedia;
  states: PhoneState[];
  /** Spy on performance.mark. */
  marks: MockInstance<typeof performance.mark>;
}

export function makeHarness(): Harness {
  vi.useFakeTimers();
  sessionStorage.clear();
  const media = installFakeMedia();
  const server = new FakeSipServer();
  const engine = new SipPhoneEngine();
  const states: PhoneState[] = [];
  engine.subscribe((state) => states.push(state));
  return { engine, server, media, states, marks: vi.spyOn(performance, "mark") };
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
