import { beforeEach, describe, expect, it, vi } from "vitest";
import { FakeDevices } from "../testing/fake-devices";
import { settle } from "../testing/harness";
import { AudioDesk } from "./audio-desk";
import type { AudioState } from "./audio-state";
import { Microphone } from "./microphone";
import { Sounder } from "./sounder";
import { Speaker } from "./speaker";

let devices: FakeDevices;
let parts: { microphone: Microphone; speaker: Speaker; sounder: Sounder };
let element: { volume: number; setSinkId: ReturnType<typeof vi.fn<(id: string) => Promise<void>>> };

beforeEach(() => {
  vi.useFakeTimers();
  devices = new FakeDevices();
  devices.plugIn("audioinput", "Built-in");
  devices.plugIn("audioinput", "Headset");
  devices.plugIn("audiooutput", "Loudspeaker");
  devices.plugIn("audiooutput", "Headset");
});

async function desk(): Promise<AudioDesk> {
  element = { volume: 1, setSinkId: vi.fn(async () => {}) };
  parts = { microphone: new Microphone(), speaker: new Speaker(() => {}), sounder: new Sounder(() => {}) };
  parts.speaker.attach(element as unknown as HTMLAudioElement);
  const made = new AudioDesk(parts, () => {});
  await settle();
  return made;
}

/** A microphone in use, as a call has it; `tracks` are those that it was given after the first. */
async function inUse(): Promise<{ stream: MediaStream; tracks: MediaStreamTrack[] }> {
  const stream = await parts.microphone.take();
  const tracks: MediaStreamTrack[] = [];
  parts.microphone.follow(stream, (track) => tracks.push(track));
  await settle();
  return { stream, tracks };
}

const labels = ({ devices: all }: AudioState["microphone"]) => all.map(({ label }) => label);

describe("the choice of devices", () => {
  it("lists what is plugged in, without the browser's aliases", async () => {
    devices.plugIn("audioinput", "Default - Built-in", "default");
    const { state } = await desk();
    expect(labels(state.microphone)).toEqual(["Built-in", "Headset"]);
    expect(labels(state.ringer)).toEqual(["Loudspeaker", "Headset"]);
    expect(state.microphone).toMatchObject({ missing: false });
    expect(state.microphone.wanted).toBeUndefined();
  });

  it("knows no names before the microphone is allowed, and all of them afterwards", async () => {
    devices.allowed = false;
    const made = await desk();
    expect(made.state.namesKnown).toBe(false);
    expect(labels(made.state.microphone)).toEqual([]);
    devices.allowed = true;
    await inUse();
    expect(labels(made.state.microphone)).toEqual(["Built-in", "Headset"]);
  });

  it("does not take a wish for missing as long as there are no names", async () => {
    (await desk()).choose("microphone", "id of Headset");
    devices.allowed = false;
    expect((await desk()).state.microphone).toMatchObject({ wanted: { label: "Headset" }, missing: false });
  });

  it("is kept, and found again by its name if the browser has given it another id", async () => {
    (await desk()).choose("microphone", "id of Headset");
    devices.pullOut("Headset");
    devices.plugIn("audioinput", "Headset", "another id");
    expect((await desk()).state.microphone).toMatchObject({ wanted: { id: "another id" }, missing: false });
    await inUse();
    expect(devices.last.audio).toEqual({ deviceId: { exact: "another id" } });
  });

  it("ignores what is not there", async () => {
    const made = await desk();
    made.choose("speaker", "id of nothing");
    expect(made.state.speaker.wanted).toBeUndefined();
  });

  it("sends the far end to the chosen speaker, and back to the default", async () => {
    const made = await desk();
    made.choose("speaker", "id of Headset");
    expect(element.setSinkId).toHaveBeenLastCalledWith("id of Headset");
    made.choose("speaker", "");
    expect(element.setSinkId).toHaveBeenLastCalledWith("");
  });

  it.each(["not json", "7", '{"devices":{"microphone":{"id":3}},"volume":9,"processing":null}'])(
    "begins with the defaults if %s is kept",
    async (kept) => {
      localStorage.setItem("webcalling.audio", kept);
      const { state } = await desk();
      expect(state.microphone.wanted).toBeUndefined();
      expect(state.volume).toBe(1);
      expect(Object.values(state.processing)).toEqual([true, true, true]);
    },
  );

  it("lasts as long as the page where storage is forbidden", async () => {
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new Error("QuotaExceededError");
    });
    const made = await desk();
    made.choose("microphone", "id of Headset");
    expect(made.state.microphone.wanted?.label).toBe("Headset");
  });
});

describe("in a call", () => {
  it("another microphone takes the place of the first in the same stream, muted if that was", async () => {
    const made = await desk();
    const { stream, tracks } = await inUse();
    const first = devices.last.track;
    first.enabled = false;
    made.choose("microphone", "id of Headset");
    await settle();
    expect(devices.last.audio).toEqual({ deviceId: { exact: "id of Headset" } });
    expect(tracks).toEqual([devices.last.track]);
    expect(stream.getAudioTracks()).toEqual([devices.last.track]);
    expect(devices.last.track.enabled).toBe(false);
    expect(first.readyState).toBe("ended");
    expect(made.state.notice).toBeUndefined();
  });

  it("the last of several wishes counts, and no microphone stays open for the others", async () => {
    const made = await desk();
    await inUse();
    made.choose("microphone", "id of Headset");
    made.choose("microphone", "id of Built-in");
    await settle();
    const live = devices.opened.filter(({ track }) => track.readyState === "live");
    expect(live.map(({ audio }) => audio)).toEqual([{ deviceId: { exact: "id of Built-in" } }]);
  });

  it("processing is switched with a new track", async () => {
    const made = await desk();
    const { tracks } = await inUse();
    expect(devices.last.audio).toBe(true);
    made.setProcessing({ noiseSuppression: false });
    await settle();
    expect(tracks).toHaveLength(1);
    expect(devices.last.audio).toEqual({ echoCancellation: true, noiseSuppression: false, autoGainControl: true });
  });

  it("a microphone that is pulled out is replaced by the default, and taken again when it comes back", async () => {
    const made = await desk();
    made.choose("microphone", "id of Headset");
    const { tracks } = await inUse();
    devices.pullOut("Headset");
    await settle();
    expect(tracks.map(({ label }) => label)).toEqual(["Built-in"]);
    expect(made.state.microphone).toMatchObject({ wanted: { label: "Headset" }, missing: true });
    expect(made.state.notice).toEqual({ kind: "device-lost", device: "microphone", label: "Headset" });
    devices.plugIn("audioinput", "Headset");
    await settle();
    expect(tracks.map(({ label }) => label)).toEqual(["Built-in", "Headset"]);
    expect(made.state.notice).toEqual({ kind: "device-back", device: "microphone", label: "Headset" });
    made.dismissNotice();
    expect(made.state.notice).toBeUndefined();
  });

  it("the default that is pulled out is named as well", async () => {
    const made = await desk();
    const { tracks } = await inUse();
    devices.pullOut("Built-in");
    await settle();
    expect(tracks.map(({ label }) => label)).toEqual(["Headset"]);
    expect(made.state.notice).toEqual({ kind: "device-lost", device: "microphone", label: "Built-in" });
  });

  it("goes on without a microphone when the last is pulled out, and takes the next that comes", async () => {
    const made = await desk();
    const { tracks } = await inUse();
    devices.pullOut("Headset");
    devices.pullOut("Built-in");
    await settle();
    expect(made.state.notice).toEqual({ kind: "microphone-problem", problem: "no-microphone" });
    devices.plugIn("audioinput", "USB");
    await settle();
    expect(tracks.at(-1)?.label).toBe("USB");
    expect(made.state.notice).toMatchObject({ kind: "device-back" });
  });

  it("goes on without a microphone when the permission is taken away", async () => {
    const made = await desk();
    const { tracks } = await inUse();
    devices.allowed = false;
    devices.last.track.vanish();
    await settle();
    expect(made.state.notice).toEqual({ kind: "microphone-problem", problem: "microphone-refused" });
    expect(tracks).toEqual([]);
  });

  it("a speaker that is pulled out is replaced by the default", async () => {
    const made = await desk();
    made.choose("speaker", "id of Loudspeaker");
    devices.pullOut("Loudspeaker");
    await settle();
    expect(element.setSinkId).toHaveBeenLastCalledWith("");
    expect(made.state.notice).toEqual({ kind: "device-lost", device: "speaker", label: "Loudspeaker" });
    devices.plugIn("audiooutput", "Loudspeaker");
    await settle();
    expect(element.setSinkId).toHaveBeenLastCalledWith("id of Loudspeaker");
  });

  it("nothing is opened for a call that is over", async () => {
    const made = await desk();
    const stream = await parts.microphone.take();
    parts.microphone.follow(stream, () => {})();
    made.choose("microphone", "id of Headset");
    await settle();
    expect(devices.opened).toHaveLength(1);
  });
});

it("keeps the volume between silent and full", async () => {
  const made = await desk();
  made.setVolume(0.25);
  expect(element.volume).toBe(0.25);
  made.setVolume(7);
  expect(element.volume).toBe(1);
  made.setVolume(0.5);
  expect((await desk()).state.volume).toBe(0.5);
});

it("a microphone meter that cannot be opened says why", async () => {
  devices.allowed = false;
  const made = await desk();
  const meter = made.openMeter("microphone");
  await settle();
  expect(meter.read()).toBe(0);
  expect(made.state.notice).toEqual({ kind: "microphone-problem", problem: "microphone-refused" });
});

it("a microphone meter closes what it has opened, also if it is closed first", async () => {
  const made = await desk();
  made.openMeter("microphone").close();
  await settle();
  expect(devices.last.track.readyState).toBe("ended");
});
