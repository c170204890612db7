/** Quieter than this is an empty meter. */
const FLOOR_DB = -60;
/** A full meter loses its level within this time after the sound has ended, so that the eye can follow. */
const FALL_MS = 700;
/** About 20 ms: shorter than a syllable. */
const WINDOW = 1024;

/** A level to look at; ask as often as the screen is drawn. */
export interface LevelMeter {
  /** 0 to 1, linear in decibels. */
  read(): number;
  close(): void;
}

export const EMPTY_METER: LevelMeter = { read: () => 0, close() {} };

/** The root mean square of the samples in dB below full scale; a full-scale sine has -3. */
export function decibels(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length);
  return power > 0 ? 10 * Math.log10(power) : Number.NEGATIVE_INFINITY;
}

export function toLevel(db: number): number {
  return Math.min(1, Math.max(0, 1 - db / FLOOR_DB));
}

/** Rises at once and falls slowly. */
export class Ballistics {
  #level = 0;
  #at = 0;

  /** `now` in milliseconds. */
  follow(level: number, now: number): number {
    const fallen = this.#level - (now - this.#at) / FALL_MS;
    this.#level = Math.max(level, fallen, 0);
    this.#at = now;
    return this.#level;
  }
}

/** Measures what is connected to `node`. */
export class AnalyserMeter {
  readonly node: AnalyserNode;
  readonly #samples: Float32Array<ArrayBuffer>;
  readonly #ballistics = new Ballistics();

  constructor(context: AudioContext) {
    this.node = new AnalyserNode(context, { fftSize: WINDOW });
    this.#samples = new Float32Array(WINDOW);
  }

  read(): number {
    this.node.getFloatTimeDomainData(this.#samples);
    return this.#ballistics.follow(toLevel(decibels(this.#samples)), performance.now());
  }
}

/** Measures a track that may be exchanged for another meanwhile. */
export class TrackMeter {
  readonly analyser: AnalyserMeter;
  readonly #context: AudioContext;
  readonly #track: () => MediaStreamTrack | undefined;
  #plugged: MediaStreamTrack | undefined;
  #source: MediaStreamAudioSourceNode | undefined;

  constructor(context: AudioContext, track: () => MediaStreamTrack | undefined) {
    this.#context = context;
    this.#track = track;
    this.analyser = new AnalyserMeter(context);
  }

  read(): number {
    const track = this.#track();
    if (track !== this.#plugged) this.#plug(track);
    return this.analyser.read();
  }

  close(): void {
    this.#source?.disconnect();
  }

  #plug(track: MediaStreamTrack | undefined): void {
    this.#source?.disconnect();
    this.#plugged = track;
    this.#source = track && this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#source?.connect(this.analyser.node);
  }
}
