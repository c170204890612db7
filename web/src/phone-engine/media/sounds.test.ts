import { beforeEach, describe, expect, it, vi } from "vitest";
import { Sounder } from "./sounder";
import { Speaker } from "./speaker";
import { digitTone, RINGBACK, RINGTONE, renderTone } from "./tones";

describe("generated tones", () => {
  it("last as long as their steps and never clip", () => {
    for (const tone of [RINGBACK, RINGTONE]) {
      const samples = renderTone(tone, 8000);
      expect(samples.length / 8000).toBeCloseTo(tone.reduce((sum, step) => sum + step.seconds, 0));
      expect(samples.every((sample) => Math.abs(sample) <= 1)).toBe(true);
    }
  });

  it("begin and end in silence, so that nothing clicks", () => {
    const samples = renderTone([{ frequencies: [440], seconds: 0.5 }], 8000);
    expect(Math.abs(samples[0] ?? 1)).toBeLessThan(0.001);
    expect(Math.abs(samples.at(-1) ?? 1)).toBeLessThan(0.02);
  });

  it("are the pairs of Q.23 for keys, and nothing for anything else", () => {
    expect(digitTone("5")[0]?.frequencies).toEqual([770, 1336]);
    expect(digitTone("#")[0]?.frequencies).toEqual([941, 1477]);
    expect(digitTone("x")).toEqual([]);
  });
});

describe("the sounder", () => {
  const sources: { loop: boolean; stopped: boolean }[] = [];
  /** The device of each AudioContext. */
  const sinks: string[] = [];
  let state = "running";

  beforeEach(() => {
    sources.length = 0;
    sinks.length = 0;
    state = "running";
    const node = { connect: (next: unknown) => next };
    vi.stubGlobal(
      "AudioContext",
      class {
        sampleRate = 8000;
        destination = node;
        #index = sinks.push("") - 1;
        setSinkId = async (id: string) => {
          sinks[this.#index] = id;
        };
        get state() {
          return state;
        }
        resume = async () => {};
        createBuffer = () => ({ copyToChannel() {} });
      },
    );
    vi.stubGlobal(
      "AudioBufferSourceNode",
      class {
        connect = (next: unknown) => next;
        record: { loop: boolean; stopped: boolean };
        constructor(_: unknown, { loop }: { loop: boolean }) {
          this.record = { loop, stopped: false };
          sources.push(this.record);
        }
        start() {}
        stop() {
          this.record.stopped = true;
        }
      },
    );
    vi.stubGlobal(
      "GainNode",
      class {
        connect = (next: unknown) => next;
      },
    );
  });

  it("plays one loop at a time and begins none twice", () => {
    const sounder = new Sounder(() => {});
    sounder.unlock();
    sounder.play("ringback");
    sounder.play("ringback");
    expect(sources).toEqual([{ loop: true, stopped: false }]);
    sounder.play("ringtone");
    expect(sources[0]?.stopped).toBe(true);
    sounder.play(undefined);
    expect(sources.every((source) => source.stopped)).toBe(true);
  });

  it("rings where it shall ring, also if that changes while it rings", () => {
    const sounder = new Sounder(() => {});
    sounder.unlock();
    expect(sinks).toEqual([""]);
    sounder.play("ringtone");
    sounder.sinks = { speaker: "headset", ringer: "loudspeaker" };
    expect(sinks).toEqual(["headset", "loudspeaker"]);
    expect(sources.map(({ stopped }) => stopped)).toEqual([true, false]);
    sounder.sinks = { speaker: "headset", ringer: "" };
    expect(sinks).toEqual(["headset", ""]);
    expect(sources).toHaveLength(2);
  });

  it("says when the browser keeps it silent", () => {
    const blocked = vi.fn();
    const sounder = new Sounder(blocked);
    sounder.unlock();
    state = "suspended";
    sounder.play("ringtone");
    expect(blocked).toHaveBeenLastCalledWith(true);
  });

  it("does without Web Audio where there is none", () => {
    vi.stubGlobal("AudioContext", undefined);
    const sounder = new Sounder(() => {});
    sounder.unlock();
    sounder.play("ringtone");
    sounder.playDigit("5");
    expect(sources).toEqual([]);
  });
});

describe("the speaker", () => {
  const stream = {} as MediaStream;
  const element = (play: () => Promise<void>) =>
    ({ srcObject: null, muted: false, play }) as unknown as HTMLAudioElement;

  it("plays into an element that comes later", () => {
    const speaker = new Speaker(() => {});
    speaker.play(stream);
    speaker.muted = true;
    const audio = element(async () => {});
    speaker.attach(audio);
    expect(audio.srcObject).toBe(stream);
    expect(audio.muted).toBe(true);
    speaker.play(null);
    expect(audio.srcObject).toBeNull();
  });

  it("says when autoplay is refused, and when a press has mended it", async () => {
    const blocked = vi.fn();
    let refuse = true;
    const play = async () => {
      if (refuse) throw Object.assign(new Error(), { name: "NotAllowedError" });
    };
    const speaker = new Speaker(blocked);
    speaker.attach(element(play));
    speaker.play(stream);
    await vi.waitFor(() => expect(blocked).toHaveBeenLastCalledWith(true));
    refuse = false;
    speaker.retry();
    await vi.waitFor(() => expect(blocked).toHaveBeenLastCalledWith(false));
  });
});
