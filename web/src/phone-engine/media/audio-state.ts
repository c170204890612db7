import type { MicrophoneProblem } from "../microphone-problem";

export type DeviceKind = "microphone" | "speaker" | "ringer";

export interface AudioDevice {
  /** Not for ever: browsers give a device another id after its permission was taken away, or in another profile. */
  id: string;
  label: string;
}

export interface DeviceChoice {
  /** Without the system's default, which can always be chosen. */
  devices: readonly AudioDevice[];
  /** What the user wants; undefined is the system's default. */
  wanted?: AudioDevice;
  /** It is not there at the moment; the system's default stands in for it. */
  missing: boolean;
}

/** What the browser does to the microphone's sound. */
export interface Processing {
  echoCancellation: boolean;
  noiseSuppression: boolean;
  autoGainControl: boolean;
}

/** Something about the devices that the user should know, also in mid-call. */
export type AudioNotice =
  | { kind: "device-lost"; device: DeviceKind; label: string }
  | { kind: "device-back"; device: DeviceKind; label: string }
  /** The microphone of a call is gone and no other can be opened; the call goes on without it. */
  | { kind: "microphone-problem"; problem: MicrophoneProblem };

export interface AudioState {
  microphone: DeviceChoice;
  speaker: DeviceChoice;
  ringer: DeviceChoice;
  /** Browsers tell the names of devices only to pages that may use the microphone. */
  namesKnown: boolean;
  /** Whether this browser lets a page choose where sound comes out (W3C Audio Output Devices API). */
  outputsSelectable: boolean;
  processing: Processing;
  /** Of the far end, 0 to 1. */
  volume: number;
  notice?: AudioNotice;
}
