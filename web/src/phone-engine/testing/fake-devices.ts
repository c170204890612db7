import { vi } from "vitest";
import { FakeStream, FakeTrack } from "./fake-media";

type Wanted = MediaStreamConstraints & { audio: boolean | MediaTrackConstraints };

/** A computer whose audio devices the test plugs in and pulls out. Any of them, or the first, can be opened. */
export class FakeDevices extends EventTarget {
  allowed = true;
  readonly opened: { track: FakeTrack; audio: Wanted["audio"] }[] = [];
  #plugged: { id: string; label: string; kind: MediaDeviceKind }[] = [];

  constructor() {
    super();
    Object.defineProperty(navigator, "mediaDevices", { value: this, configurable: true });
  }

  plugIn(kind: MediaDeviceKind, label: string, id = `id of ${label}`): void {
    this.#plugged.push({ kind, label, id });
    this.dispatchEvent(new Event("devicechange"));
  }

  /** Ends what was opened of it, as browsers do, before they tell that the list has changed. */
  pullOut(label: string): void {
    this.#plugged = this.#plugged.filter((device) => device.label !== label);
    for (const { track } of this.opened) if (track.label === label && track.readyState === "live") track.vanish();
    this.dispatchEvent(new Event("devicechange"));
  }

  get last(): { track: FakeTrack; audio: Wanted["audio"] } {
    const opened = this.opened.at(-1);
    if (!opened) throw new Error("No microphone was opened.");
    return opened;
  }

  enumerateDevices = vi.fn(async () =>
    this.#plugged.map(({ id, label, kind }) => ({
      kind,
      deviceId: this.allowed ? id : "",
      label: this.allowed ? label : "",
    })),
  );

  getUserMedia = vi.fn(async ({ audio }: Wanted) => {
    if (!this.allowed) throw named("NotAllowedError");
    const inputs = this.#plugged.filter(({ kind }) => kind === "audioinput");
    const exact = typeof audio === "object" ? audio.deviceId : undefined;
    const wanted = typeof exact === "object" && "exact" in exact ? exact.exact : undefined;
    const found = wanted === undefined ? inputs[0] : inputs.find(({ id }) => id === wanted);
    if (!found) throw named(wanted === undefined ? "NotFoundError" : "OverconstrainedError");
    const track = new FakeTrack();
    track.label = found.label;
    this.opened.push({ track, audio });
    return new FakeStream([track]);
  });
}

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}
