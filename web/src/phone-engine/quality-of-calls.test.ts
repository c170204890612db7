import { beforeEach, expect, it } from "vitest";
import { FakeStats } from "./quality/fake-stats";
import { FakePeerConnection } from "./testing/fake-media";
import { answerSdp } from "./testing/fake-sip-server";
import { callOf, type Harness, makeHarness, pass, settle, signIn } from "./testing/harness";

let harness: Harness;
const stats = new FakeStats();

beforeEach(async () => {
  harness = makeHarness();
  await signIn(harness);
  harness.engine.dial("1001");
  await pass(100);
  harness.server.respond(harness.server.last("INVITE"), 200, { sdp: answerSdp() });
  await settle();
});

async function talk(seconds: number, second: Parameters<FakeStats["pass"]>[0] = {}): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    stats.pass(second);
    FakePeerConnection.last.stats = stats.all();
    await pass(1000);
  }
}

it("is told while the call is up, with whose side the trouble is on", async () => {
  await talk(6);
  expect(callOf(harness).quality).toMatchObject({ verdict: "good" });
  await talk(20, { lostBefore: 6 });
  expect(callOf(harness).quality).toMatchObject({ verdict: "far-side" });
});

it("is summed up when the call ends", async () => {
  await talk(5);
  harness.engine.hangUp(callOf(harness).id);
  await settle();
  expect(callOf(harness).quality).toBeUndefined();
  expect(callOf(harness).summary).toMatchObject({ codec: "PCMU", receiving: { lossPercent: 0 } });
});

it("expects nothing of a call on hold", async () => {
  harness.engine.setHeld(callOf(harness).id, true);
  await settle();
  harness.server.respond(harness.server.last("INVITE"), 200, { sdp: answerSdp("recvonly") });
  await talk(6, { silence: true });
  expect(callOf(harness).quality?.verdict).toBe("unknown");
});

it("another microphone in mid-call needs no new offer, and stays muted", async () => {
  const { engine, server, media } = harness;
  engine.setMuted(callOf(harness).id, true);
  engine.setProcessing({ echoCancellation: false });
  await settle();
  expect(media.tracks).toHaveLength(2);
  expect(FakePeerConnection.last.track).toBe(media.tracks[1]);
  expect(media.tracks.map(({ enabled, readyState }) => [enabled, readyState])).toEqual([
    [false, "ended"],
    [false, "live"],
  ]);
  engine.setMuted(callOf(harness).id, false);
  expect(media.tracks[1]?.enabled).toBe(true);
  expect(server.all("INVITE")).toHaveLength(1);
  engine.hangUp(callOf(harness).id);
  expect(media.tracks[1]?.readyState).toBe("ended");
});
