import { Outlet } from "./outlet";
import { CALL_WAITING, digitTone, RINGBACK, RINGTONE, TEST_CHIME, type ToneStep } from "./tones";

/** What sounds until it is told to stop. */
export type Loop = "ringtone" | "ringback" | "call-waiting";

const LOOPS: Record<Loop, { steps: readonly ToneStep[]; volume: number }> = {
  ringtone: { steps: RINGTONE, volume: 0.35 },
  ringback: { steps: RINGBACK, volume: 0.12 },
  "call-waiting": { steps: CALL_WAITING, volume: 0.1 },
};
const DIGIT_VOLUME = 0.06;
const TEST_VOLUME = 0.35;

/** Plays the phone's own sounds, generated, so that ringing needs no file and no network. */
export class Sounder {
  readonly #onBlocked: (blocked: boolean) => void;
  #speaker: Outlet | undefined;
  /** There if calls ring on another device than they are heard on. */
  #ringer: Outlet | undefined;
  #sinks = { speaker: "", ringer: "" };
  #loop: { name: Loop; source: AudioBufferSourceNode; outlet: Outlet } | undefined;

  constructor(onBlocked: (blocked: boolean) => void) {
    this.#onBlocked = onBlocked;
  }

  /** Undefined where the browser has no Web Audio. */
  get context(): AudioContext | undefined {
    return this.#speaker?.context;
  }

  /** Browsers let a page sound only after a press; call this inside the handler of one. */
  unlock(): void {
    if (typeof AudioContext === "undefined") return;
    this.#speaker ??= this.#makeOutlet();
    this.#applySinks();
    for (const outlet of [this.#speaker, this.#ringer]) {
      // A refused resume() stays pending; the state tells.
      outlet?.context.resume().then(
        () => this.#report(),
        () => {},
      );
    }
  }

  /** Where the phone's sounds come out, and where it rings: ids of devices, empty is the system's default. */
  set sinks(sinks: { speaker: string; ringer: string }) {
    this.#sinks = sinks;
    if (!this.#speaker) return;
    this.#applySinks();
    const { name, outlet } = this.#loop ?? {};
    if (name === undefined || outlet === this.#outletOf(name)) return;
    this.play(undefined);
    this.play(name);
  }

  /** Begins a loop, or with undefined ends the one that plays. */
  play(name: Loop | undefined): void {
    if (this.#loop?.name === name) return;
    this.#loop?.source.stop();
    this.#loop = undefined;
    const outlet = name && this.#outletOf(name);
    if (!name || !outlet) return;
    const { steps, volume } = LOOPS[name];
    this.#loop = { name, source: outlet.start(steps, volume, true), outlet };
    this.#report();
  }

  playDigit(digit: string): void {
    const steps = digitTone(digit);
    if (steps.length > 0) this.#speaker?.start(steps, DIGIT_VOLUME, false);
  }

  /** For the user to hear whether it can be heard; `volume` is that of the far end. */
  playTest(where: "speaker" | "ringer", volume: number): void {
    if (where === "speaker") this.#speaker?.start(TEST_CHIME, TEST_VOLUME * volume, false);
    else this.#outletOf("ringtone")?.start(RINGTONE, LOOPS.ringtone.volume, false);
  }

  /** What comes out there; undefined before unlock(). */
  outlet(where: "speaker" | "ringer"): Outlet | undefined {
    return where === "speaker" ? this.#speaker : (this.#ringer ?? this.#speaker);
  }

  #outletOf(name: Loop): Outlet | undefined {
    return this.outlet(name === "ringtone" ? "ringer" : "speaker");
  }

  #makeOutlet(): Outlet {
    return new Outlet(() => this.#report());
  }

  #applySinks(): void {
    const { speaker, ringer } = this.#sinks;
    if (this.#speaker) this.#speaker.sink = speaker;
    if (ringer !== speaker) this.#ringer ??= this.#makeOutlet();
    if (this.#ringer) this.#ringer.sink = ringer;
  }

  #report(): void {
    this.#onBlocked(this.#loop !== undefined && !this.#loop.outlet.running);
  }
}
