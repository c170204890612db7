import type { MicrophoneProblem } from "../microphone-problem";
import { ALL_PROCESSING } from "./audio-preferences";
import type { Processing } from "./audio-state";

export class MicrophoneError extends Error {
  constructor(readonly problem: MicrophoneProblem) {
    super(problem);
  }
}

/** Which microphone, and what the browser shall do to its sound. */
export interface MicrophoneWish {
  /** Undefined is the system's default. */
  deviceId?: string;
  processing: Processing;
}

type Replaced = (track: MediaStreamTrack) => void;

/**
 * Gives every call a microphone stream of its own, and can have one open before the call asks for it. A stream that is
 * followed gets another track when the user wants another microphone, or when its own is gone.
 */
export class Microphone {
  /** A followed track has ended by itself: pulled out, or no longer permitted. */
  onLost: (label: string) => void = () => {};
  /** A microphone was opened: from now on the browser tells names. */
  onOpened: () => void = () => {};
  #wish: MicrophoneWish = { processing: ALL_PROCESSING };
  #warm: Promise<MediaStream> | undefined;
  /** Grows with every wish, so that a wish that had to wait knows whether it is still the latest. */
  #wishes = 0;
  #renewals = 0;
  readonly #followed = new Map<MediaStream, Replaced>();

  /** Opens the microphone if the user has already allowed it; never asks. */
  async warm(): Promise<void> {
    this.#wishes += 1;
    const wish = this.#wishes;
    if (this.#warm || !(await permissionGranted()) || wish !== this.#wishes) return;
    const opening = this.#open();
    this.#warm = opening;
    // A failure is told when the call asks; by then it may work.
    opening.catch(() => {
      if (this.#warm === opening) this.#warm = undefined;
    });
  }

  cool(): void {
    this.#wishes += 1;
    this.#warm?.then(stopTracks, () => {});
    this.#warm = undefined;
  }

  /** The caller owns the stream. Rejects with a MicrophoneError. */
  async take(): Promise<MediaStream> {
    this.#wishes += 1;
    const warm = this.#warm;
    this.#warm = undefined;
    const stream = warm && (await warm.catch(() => undefined));
    if (stream?.getAudioTracks().some(isLive)) return stream;
    return this.#open();
  }

  /** `replaced` is told each new track of the stream, which is already in it. Returns how to stop following. */
  follow(stream: MediaStream, replaced: Replaced): () => void {
    this.#followed.set(stream, replaced);
    for (const track of stream.getAudioTracks()) this.#watch(stream, track);
    return () => this.#followed.delete(stream);
  }

  /** How microphones are opened from now on. Those that are open are not touched. */
  set wish(wish: MicrophoneWish) {
    const same = sameWish(wish, this.#wish);
    this.#wish = wish;
    if (this.#warm && !same) {
      this.cool();
      void this.warm();
    }
  }

  /** Gives every followed stream a new track, as wished. Rejects with a MicrophoneError; then all stays as it is. */
  async renew(): Promise<void> {
    this.#renewals += 1;
    const renewal = this.#renewals;
    for (const [stream, replaced] of [...this.#followed]) {
      const fresh = await this.#open();
      const [track] = fresh.getAudioTracks();
      if (renewal !== this.#renewals || !this.#followed.has(stream) || !track) stopTracks(fresh);
      else this.#exchange(stream, track, replaced);
    }
  }

  #exchange(stream: MediaStream, track: MediaStreamTrack, replaced: Replaced): void {
    for (const old of stream.getAudioTracks()) {
      // Mute and hold are the old track's being disabled.
      track.enabled = old.enabled;
      stream.removeTrack(old);
      old.stop();
    }
    stream.addTrack(track);
    this.#watch(stream, track);
    replaced(track);
  }

  /** A track that we stop ourselves never says that it has ended. */
  #watch(stream: MediaStream, track: MediaStreamTrack): void {
    track.addEventListener("ended", () => {
      if (this.#followed.has(stream)) this.onLost(track.label);
    });
  }

  async #open(): Promise<MediaStream> {
    // Browsers hide mediaDevices on pages that are neither https nor localhost.
    if (!navigator.mediaDevices?.getUserMedia) throw new MicrophoneError("insecure-page");
    const stream = await openAs(this.#wish);
    this.onOpened();
    return stream;
  }
}

export function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

async function openAs(wish: MicrophoneWish): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: constraintsOf(wish), video: false });
  } catch (error) {
    const problem = problemOf(error);
    // Pulled out since we looked.
    if (problem === "no-microphone" && wish.deviceId) return openAs({ ...wish, deviceId: undefined });
    throw new MicrophoneError(problem);
  }
}

function constraintsOf({ deviceId, processing }: MicrophoneWish): true | MediaTrackConstraints {
  const device = deviceId === undefined ? {} : { deviceId: { exact: deviceId } };
  const asUsual = Object.values(processing).every(Boolean);
  if (asUsual) return deviceId === undefined ? true : device;
  return { ...device, ...processing };
}

function sameWish(one: MicrophoneWish, other: MicrophoneWish): boolean {
  return JSON.stringify(constraintsOf(one)) === JSON.stringify(constraintsOf(other));
}

function isLive(track: MediaStreamTrack): boolean {
  return track.readyState === "live";
}

function problemOf(error: unknown): MicrophoneProblem {
  switch (error instanceof Error ? error.name : "") {
    case "NotFoundError":
    case "OverconstrainedError":
      return "no-microphone";
    case "NotAllowedError":
    case "SecurityError":
      return "microphone-refused";
    case "NotReadableError":
    case "AbortError":
      return "microphone-in-use";
    default:
      return "microphone-failed";
  }
}

async function permissionGranted(): Promise<boolean> {
  try {
    const status = await navigator.permissions.query({ name: "microphone" as PermissionName });
    return status.state === "granted";
  } catch {
    return false;
  }
}
