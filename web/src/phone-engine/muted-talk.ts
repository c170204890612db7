import type { Level, LevelSource } from "./media/microphone-level";

const POLL_MS = 100;
/** About -36 dBFS: above a quiet room and a keyboard, below a voice at the microphone. */
const SPEECH = 0.016;
/** A cough is no talk: so much of the last second has to be loud. */
const LOUD_POLLS = 4;
const WINDOW_POLLS = 10;
/** Shown until the user has been silent this long. */
const FORGET_POLLS = 30;

/** Notices that somebody talks into a microphone that is muted. */
export class MutedTalk {
  readonly #source: LevelSource;
  readonly #onChange: (talking: boolean) => void;
  #level: Level | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #loud: boolean[] = [];
  #talking = false;

  constructor(source: LevelSource, onChange: (talking: boolean) => void) {
    this.#source = source;
    this.#onChange = onChange;
  }

  /** Begins to listen, if it does not yet. */
  watch(microphone: MediaStream): void {
    if (this.#level) return;
    this.#level = this.#source(microphone);
    if (this.#level) this.#timer = setInterval(() => this.#poll(), POLL_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#level?.close();
    this.#level = undefined;
    this.#loud = [];
    this.#tell(false);
  }

  #poll(): void {
    const loud = (this.#level?.read() ?? 0) > SPEECH;
    this.#loud = [...this.#loud, loud].slice(-FORGET_POLLS);
    const lately = this.#loud.slice(-WINDOW_POLLS).filter(Boolean).length;
    if (lately >= LOUD_POLLS) this.#tell(true);
    else if (!this.#loud.includes(true)) this.#tell(false);
  }

  #tell(talking: boolean): void {
    if (talking === this.#talking) return;
    this.#talking = talking;
    this.#onChange(talking);
  }
}
