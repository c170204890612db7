import { beforeEach, expect, it } from "vitest";
import { agree, callWith, type Harness, makeHarness, pass, settle, signIn, talkTo } from "./testing/harness";

const VOICE = 0.1;
const ROOM = 0.002;

let phone: Harness;
beforeEach(async () => {
  phone = makeHarness();
  await signIn(phone);
  await talkTo(phone, "1001");
});

const call = (number = "1001") => callWith(phone, number);
const mute = (muted: boolean, number = "1001") => phone.engine.setMuted(call(number).id, muted);

async function say(milliseconds: number, level = VOICE): Promise<void> {
  phone.loudness.now = level;
  await pass(milliseconds);
  phone.loudness.now = ROOM;
}

it("is noticed after less than a second, and forgotten after three of silence", async () => {
  mute(true);
  await say(800);
  expect(call().talkingWhileMuted).toBe(true);
  await pass(2_000);
  expect(call().talkingWhileMuted).toBe(true);
  await pass(1_200);
  expect(call().talkingWhileMuted).toBe(false);
});

it("is not noticed in a room's noise or a cough", async () => {
  mute(true);
  await say(5_000, ROOM);
  await say(250);
  await pass(1_000);
  expect(call().talkingWhileMuted).toBe(false);
});

it("is over as soon as the microphone is open again, and nothing is listened to then", async () => {
  mute(true);
  await say(800);
  mute(false);
  expect(call().talkingWhileMuted).toBe(false);
  await say(800);
  expect(call().talkingWhileMuted).toBe(false);
  expect(phone.loudness.measured).toBe(0);
});

it("is not looked for in a call on hold, nor in one that is over", async () => {
  mute(true);
  await talkTo(phone, "1003");
  await agree(phone.server);
  expect(phone.loudness.measured).toBe(0);
  mute(true, "1003");
  expect(phone.loudness.measured).toBe(1);
  phone.engine.hangUp(call("1003").id);
  await settle();
  expect(phone.loudness.measured).toBe(0);
});
