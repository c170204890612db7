import { CALL_WAITING, digitTone, RINGBACK, RINGTONE, renderTone, type ToneStep } from "./tones";

/** What sounds until it is told to stop. */
export type Loop = "ringtone" | "ringback" | "call-waiting";

const LOOPS: Record<Loop, { steps: readonly ToneStep[]; volume: number }> = {
  ringtone: { steps: RINGTONE, volume: 0.35 },
  ringback: { steps: RINGBACK, volume: 0.12 },
  "call-waiting": { steps: CALL_WAITING, volume: 0.1 },
};
const DIGIT_VOLUME = 0.06;

/** Plays the phone's own sounds, generated, so that ringing needs no file and no network. */
export class Sounder {
  readonly #onBlocked: (blocked: boolean) => void;
  #context: AudioContext | undefined;
  #loop: { name: Loop; source: AudioBufferSourceNode } | undefined;

  constructor(onBlocked: (blocked: boolean) => void) {
    this.#onBlocked = onBlocked;
  }

  /** Undefined where the browser has no Web Audio. */
  get context(): AudioContext | undefined {
    return this.#context;
  }

  /** Browsers let a page sound only after a press; call this inside the handler of one. */
  unlock(): void {
    if (typeof AudioContext === "undefined") return;
    if (!this.#context) {
      this.#context = new AudioContext({ latencyHint: "interactive" });
      this.#context.onstatechange = () => this.#report();
    }
    // A refused resume() stays pending; the state tells.
    this.#context.resume().then(
      () => this.#report(),
      () => {},
    );
  }

  /** Begins a loop, or with undefined ends the one that plays. */
  play(name: Loop | undefined): void {
    if (this.#loop?.name === name) return;
    this.#loop?.source.stop();
    this.#loop = undefined;
    if (!name || !this.#context) return;
    const { steps, volume } = LOOPS[name];
    this.#loop = { name, source: this.#start(steps, volume, true) };
    this.#report();
  }

  playDigit(digit: string): void {
    const steps = digitTone(digit);
    if (this.#context && steps.length > 0) this.#start(steps, DIGIT_VOLUME, false);
  }

  #start(steps: readonly ToneStep[], volume: number, loop: boolean): AudioBufferSourceNode {
    const context = this.#context as AudioContext;
    const samples = renderTone(steps, context.sampleRate);
    const buffer = context.createBuffer(1, samples.length, context.sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = new AudioBufferSourceNode(context, { buffer, loop });
    source.connect(new GainNode(context, { gain: volume })).connect(context.destination);
    source.start();
    return source;
  }

  #report(): void {
    // "interrupted" (Safari, a phone call) is as silent as "suspended".
    this.#onBlocked(this.#loop !== undefined && this.#context?.state !== "running");
  }
}
