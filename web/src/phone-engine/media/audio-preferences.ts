import type { AudioDevice, DeviceKind, Processing } from "./audio-state";

/** What the user has chosen, kept over visits. */
export interface AudioPreferences {
  devices: Partial<Record<DeviceKind, AudioDevice>>;
  processing: Processing;
  volume: number;
}

const KEY = "webcalling.audio";

export const ALL_PROCESSING: Processing = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

export function readAudioPreferences(): AudioPreferences {
  const kept = readKept();
  const devices = member(kept, "devices");
  const processing = member(kept, "processing");
  const volume = member(kept, "volume");
  const on = (name: keyof Processing) => member(processing, name) !== false;
  return {
    devices: {
      microphone: deviceOf(member(devices, "microphone")),
      speaker: deviceOf(member(devices, "speaker")),
      ringer: deviceOf(member(devices, "ringer")),
    },
    processing: {
      echoCancellation: on("echoCancellation"),
      noiseSuppression: on("noiseSuppression"),
      autoGainControl: on("autoGainControl"),
    },
    volume: typeof volume === "number" && volume >= 0 && volume <= 1 ? volume : 1,
  };
}

export function keepAudioPreferences(preferences: AudioPreferences): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // Storage forbidden or full: the choice lasts as long as the page.
  }
}

function readKept(): unknown {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "null");
  } catch {
    return undefined;
  }
}

function deviceOf(value: unknown): AudioDevice | undefined {
  const [id, label] = [member(value, "id"), member(value, "label")];
  return typeof id === "string" && typeof label === "string" && id !== "" ? { id, label } : undefined;
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
