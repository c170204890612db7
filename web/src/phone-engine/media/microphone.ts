import type { MicrophoneProblem } from "../microphone-problem";

export class MicrophoneError extends Error {
  constructor(readonly problem: MicrophoneProblem) {
    super(problem);
  }
}

/** Gives every call a microphone stream of its own, and can have one open before the call asks for it. */
export class Microphone {
  #warm: Promise<MediaStream> | undefined;
  /** Grows with every wish, so that a wish that had to wait knows whether it is still the latest. */
  #wishes = 0;

  /** Opens the microphone if the user has already allowed it; never asks. */
  async warm(): Promise<void> {
    this.#wishes += 1;
    const wish = this.#wishes;
    if (this.#warm || !(await permissionGranted()) || wish !== this.#wishes) return;
    const opening = openMicrophone();
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
    if (stream?.getAudioTracks().some((track) => track.readyState === "live")) return stream;
    return openMicrophone();
  }
}

export function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

async function openMicrophone(): Promise<MediaStream> {
  // Browsers hide mediaDevices on pages that are neither https nor localhost.
  if (!navigator.mediaDevices?.getUserMedia) throw new MicrophoneError("insecure-page");
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: true, video: false });
  } catch (error) {
    throw new MicrophoneError(problemOf(error));
  }
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
