import { AudioDesk } from "./audio-desk";
import { type AudioGraph, WebAudioGraph } from "./audio-graph";
import type { AudioState } from "./audio-state";
import { Microphone } from "./microphone";
import { analyserLevels, type LevelSource } from "./microphone-level";
import { Sounder } from "./sounder";
import { Speaker } from "./speaker";

/** What tests replace. */
export interface AudioInstruments {
  /** Undefined where the browser has no Web Audio. */
  audioGraph: () => AudioGraph | undefined;
  levels: LevelSource;
}

export interface PhoneAudioEvents {
  onAudio(audio: AudioState): void;
  /** The browser refuses to play sound until the user presses something. */
  onBlocked(blocked: boolean): void;
}

/** Microphone, speaker and ringer of this page, and what the browser allows of them. */
export class PhoneAudio {
  readonly microphone = new Microphone();
  readonly sounder = new Sounder((blocked) => this.#soundBlocked("sounder", blocked));
  readonly speaker = new Speaker((blocked) => this.#soundBlocked("speaker", blocked));
  readonly desk: AudioDesk;
  readonly levels: LevelSource;
  readonly makeGraph: () => AudioGraph | undefined;
  readonly #events: PhoneAudioEvents;
  readonly #blocked = new Set<string>();

  constructor({ audioGraph, levels }: Partial<AudioInstruments>, events: PhoneAudioEvents) {
    this.#events = events;
    this.levels = levels ?? analyserLevels(() => this.context);
    this.makeGraph = audioGraph ?? (() => this.context && new WebAudioGraph(this.context));
    const { microphone, speaker, sounder } = this;
    this.desk = new AudioDesk({ microphone, speaker, sounder }, (audio) => events.onAudio(audio));
  }

  get context(): AudioContext | undefined {
    return this.sounder.context;
  }

  /** Call it in a click handler. */
  unlock(): void {
    this.sounder.unlock();
    this.speaker.retry();
  }

  #soundBlocked(where: "sounder" | "speaker", blocked: boolean): void {
    if (blocked) this.#blocked.add(where);
    else this.#blocked.delete(where);
    this.#events.onBlocked(this.#blocked.size > 0);
  }
}
