import { renderTone, type ToneStep } from "./tones";

/** TypeScript's library does not know it yet (W3C Web Audio API 1.1, AudioContext.setSinkId). */
interface Switchable {
  setSinkId(id: string): Promise<void>;
}

/** A way for generated sound to a loudspeaker. */
export class Outlet {
  readonly context = new AudioContext({ latencyHint: "interactive" });
  /** All its sounds come together here. */
  readonly #bus = new GainNode(this.context);
  #sink = "";

  constructor(onStateChange: () => void) {
    this.#bus.connect(this.context.destination);
    this.context.onstatechange = onStateChange;
  }

  /** A device's id; empty is the system's default. Where the browser cannot do that, the default stays. */
  set sink(id: string) {
    if (id === this.#sink || !isSwitchable(this.context)) return;
    this.#sink = id;
    // A device that has just gone: the list of devices will tell.
    this.context.setSinkId(id).catch(() => {});
  }

  get running(): boolean {
    // "interrupted" (Safari, a phone call) is as silent as "suspended".
    return this.context.state === "running";
  }

  start(steps: readonly ToneStep[], volume: number, loop: boolean): AudioBufferSourceNode {
    const samples = renderTone(steps, this.context.sampleRate);
    const buffer = this.context.createBuffer(1, samples.length, this.context.sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = new AudioBufferSourceNode(this.context, { buffer, loop });
    source.connect(new GainNode(this.context, { gain: volume })).connect(this.#bus);
    source.start();
    return source;
  }

  /** Lets the node hear what is played. Returns how to stop that. */
  tap(node: AudioNode): () => void {
    this.#bus.connect(node);
    return () => this.#bus.disconnect(node);
  }
}

function isSwitchable(context: AudioContext): context is AudioContext & Switchable {
  return "setSinkId" in context;
}
