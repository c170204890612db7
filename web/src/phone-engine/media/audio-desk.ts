import { type AudioPreferences, keepAudioPreferences, readAudioPreferences } from "./audio-preferences";
import type { AudioNotice, AudioState, DeviceKind, Processing } from "./audio-state";
import { choiceOf, type DeviceList, deviceInUse, listDevices, NO_DEVICES } from "./device-list";
import type { LevelMeter } from "./level-meter";
import { microphoneMeter, ringerMeter, speakerMeter } from "./meters";
import { type Microphone, MicrophoneError } from "./microphone";
import type { Sounder } from "./sounder";
import type { Speaker } from "./speaker";

export interface AudioParts {
  microphone: Microphone;
  speaker: Speaker;
  sounder: Sounder;
}

const KINDS: readonly DeviceKind[] = ["microphone", "speaker", "ringer"];

/** Which devices are used and how: the user's choice, what is plugged in, and what becomes of calls when that changes. */
export class AudioDesk {
  readonly #parts: AudioParts;
  readonly #tell: (audio: AudioState) => void;
  #preferences = readAudioPreferences();
  #list: DeviceList = NO_DEVICES;
  /** A call has lost its microphone, and there was no other. */
  #stranded = false;
  #state: AudioState;

  constructor(parts: AudioParts, tell: (audio: AudioState) => void) {
    this.#parts = parts;
    this.#tell = tell;
    this.#state = this.#assemble();
    parts.microphone.onLost = (label) => void this.#microphoneLost(label);
    parts.microphone.onOpened = () => {
      if (!this.#state.namesKnown) void this.#look();
    };
    this.#use();
    void this.#look();
    this.#watchSurroundings();
  }

  get state(): AudioState {
    return this.#state;
  }

  /** An empty id is the system's default; an unknown one is nothing. */
  choose(kind: DeviceKind, id: string): void {
    const wanted = this.#state[kind].devices.find((device) => device.id === id);
    if (!wanted && id !== "") return;
    const { devices } = this.#preferences;
    this.#prefer({ devices: { ...devices, [kind]: wanted } });
    if (kind === "microphone") void this.#renewMicrophone();
  }

  setProcessing(change: Partial<Processing>): void {
    this.#prefer({ processing: { ...this.#preferences.processing, ...change } });
    // A track's processing is settled when it is opened; not every browser can change it later.
    void this.#renewMicrophone();
  }

  setVolume(volume: number): void {
    this.#prefer({ volume: Math.min(1, Math.max(0, volume)) });
  }

  /** Call it in a click handler: only then does the browser unlock sound. */
  test(where: "speaker" | "ringer"): void {
    this.#parts.sounder.unlock();
    this.#parts.sounder.playTest(where, this.#preferences.volume);
  }

  /** Call it in a click handler. The microphone's asks for permission, if that is not given yet. */
  openMeter(kind: DeviceKind): LevelMeter {
    const { microphone, speaker, sounder } = this.#parts;
    sounder.unlock();
    switch (kind) {
      case "microphone":
        return microphoneMeter(microphone, sounder.context, (error) => this.#noticeProblem(error));
      case "speaker":
        return speakerMeter(speaker, sounder);
      case "ringer":
        return ringerMeter(sounder);
    }
  }

  dismissNotice(): void {
    this.#set({ notice: undefined });
  }

  #prefer(change: Partial<AudioPreferences>): void {
    this.#preferences = { ...this.#preferences, ...change };
    keepAudioPreferences(this.#preferences);
    this.#set({ ...this.#assemble(), notice: this.#state.notice });
    this.#use();
  }

  #assemble(): AudioState {
    const { devices, processing, volume } = this.#preferences;
    return {
      microphone: choiceOf("microphone", devices.microphone, this.#list),
      speaker: choiceOf("speaker", devices.speaker, this.#list),
      ringer: choiceOf("ringer", devices.ringer, this.#list),
      namesKnown: this.#list.namesKnown,
      outputsSelectable: "setSinkId" in HTMLMediaElement.prototype,
      processing,
      volume,
    };
  }

  #use(): void {
    const { microphone, speaker, sounder } = this.#parts;
    const { processing, volume } = this.#state;
    microphone.wish = { deviceId: deviceInUse(this.#state.microphone), processing };
    const sinks = {
      speaker: deviceInUse(this.#state.speaker) ?? "",
      ringer: deviceInUse(this.#state.ringer) ?? "",
    };
    speaker.sink = sinks.speaker;
    speaker.volume = volume;
    sounder.sinks = sinks;
  }

  #watchSurroundings(): void {
    navigator.mediaDevices?.addEventListener?.("devicechange", () => void this.#look());
    navigator.permissions
      ?.query({ name: "microphone" as PermissionName })
      .then((status) => {
        status.onchange = () => {
          if (status.state === "denied") this.#notice({ kind: "microphone-problem", problem: "microphone-refused" });
          else void this.#look();
        };
      })
      // Not every browser knows this permission by name.
      .catch(() => {});
  }

  /** What is plugged in now, and what follows from it. */
  async #look(): Promise<void> {
    this.#list = await listDevices();
    const before = this.#state;
    const state = this.#assemble();
    this.#set({ ...state, notice: before.notice });
    this.#use();
    const changed = KINDS.filter((kind) => before[kind].missing !== state[kind].missing);
    for (const kind of changed) {
      const label = state[kind].wanted?.label ?? "";
      this.#notice({ kind: state[kind].missing ? "device-lost" : "device-back", device: kind, label });
    }
    const isBack = changed.includes("microphone") && !state.microphone.missing;
    if (isBack) await this.#renewMicrophone();
    else if (this.#stranded) await this.#microphoneFound();
  }

  /** The track of a call has ended, and the list of devices may not know it yet. */
  async #microphoneLost(label: string): Promise<void> {
    this.#stranded = !(await this.#renewMicrophone());
    if (!this.#stranded) this.#notice({ kind: "device-lost", device: "microphone", label });
  }

  /** A call has been without a microphone; perhaps there is one now. */
  async #microphoneFound(): Promise<void> {
    if (await this.#renewMicrophone()) {
      this.#notice({ kind: "device-back", device: "microphone", label: this.#state.microphone.wanted?.label ?? "" });
    }
  }

  async #renewMicrophone(): Promise<boolean> {
    try {
      await this.#parts.microphone.renew();
      this.#stranded = false;
      return true;
    } catch (error) {
      this.#noticeProblem(error);
      return false;
    }
  }

  #noticeProblem(error: unknown): void {
    const problem = error instanceof MicrophoneError ? error.problem : "microphone-failed";
    this.#notice({ kind: "microphone-problem", problem });
  }

  #notice(notice: AudioNotice): void {
    this.#set({ notice });
  }

  #set(change: Partial<AudioState>): void {
    this.#state = { ...this.#state, ...change };
    this.#tell(this.#state);
  }
}
