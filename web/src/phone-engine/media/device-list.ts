import type { AudioDevice, DeviceChoice, DeviceKind } from "./audio-state";

/** What is plugged in, as far as the browser tells. */
export interface DeviceList {
  inputs: readonly AudioDevice[];
  outputs: readonly AudioDevice[];
  namesKnown: boolean;
}

export const NO_DEVICES: DeviceList = { inputs: [], outputs: [], namesKnown: false };

/** Chromium lists what the system has chosen a second time under these names. */
const ALIASES: readonly string[] = ["", "default", "communications"];

export async function listDevices(): Promise<DeviceList> {
  try {
    const all = await navigator.mediaDevices.enumerateDevices();
    return { inputs: ofKind(all, "audioinput"), outputs: ofKind(all, "audiooutput"), namesKnown: all.some(hasName) };
  } catch {
    // No devices on a page that is not secure.
    return NO_DEVICES;
  }
}

/** The wish against what is there: by id, or by name if the browser has given it another id. */
export function choiceOf(kind: DeviceKind, wanted: AudioDevice | undefined, list: DeviceList): DeviceChoice {
  const devices = kind === "microphone" ? list.inputs : list.outputs;
  if (!wanted) return { devices, missing: false };
  const found =
    devices.find(({ id }) => id === wanted.id) ??
    devices.find(({ label }) => wanted.label !== "" && label === wanted.label);
  return { devices, wanted: found ?? wanted, missing: list.namesKnown && !found };
}

/** The id to open; undefined is the system's default. */
export function deviceInUse({ wanted, missing }: DeviceChoice): string | undefined {
  return missing ? undefined : wanted?.id;
}

function ofKind(all: readonly MediaDeviceInfo[], kind: MediaDeviceKind): AudioDevice[] {
  return all
    .filter((device) => device.kind === kind && !ALIASES.includes(device.deviceId) && device.label !== "")
    .map(({ deviceId, label }) => ({ id: deviceId, label }));
}

function hasName({ kind, label }: MediaDeviceInfo): boolean {
  return kind === "audioinput" && label !== "";
}
