import { measureSetUp } from "../timing";
import { addSample, type CallQuality, NO_TOTALS, summarize } from "./call-quality";
import { NEW_SAMPLER, type Receiving, type Sample, type Sending, takeSample } from "./sampler";
import type { Stat } from "./stats";
import { type Circumstances, judge, type Verdict } from "./verdict";

/** A call as it sounds at the moment. */
export interface LiveQuality {
  receiving?: Receiving;
  sending?: Sending;
  roundTripMs?: number;
  verdict: Verdict;
  /** Both marks of each of the last seconds, oldest first. */
  course: readonly { receiving?: number; sending?: number }[];
}

/** What is watched: an RTCPeerConnection, or what stands for one. */
export interface StatsSource {
  getStats(): Promise<{ values(): Iterable<unknown> }>;
}

const INTERVAL_MS = 1000;
const COURSE_SECONDS = 60;
/** More than the verdict looks at. */
const KEPT_SAMPLES = 10;

/** Looks at a call's counters every second, from its answer to its end. */
export class QualityWatch {
  readonly #source: StatsSource;
  readonly #circumstances: () => Circumstances;
  readonly #tell: (quality: LiveQuality) => void;
  readonly #timer: ReturnType<typeof setInterval>;
  #sampler = NEW_SAMPLER;
  #samples: readonly Sample[] = [];
  #course: LiveQuality["course"] = [];
  #totals = NO_TOTALS;
  #looking = false;
  #stopped = false;

  constructor(source: StatsSource, circumstances: () => Circumstances, tell: (quality: LiveQuality) => void) {
    this.#source = source;
    this.#circumstances = circumstances;
    this.#tell = tell;
    this.#timer = setInterval(() => void this.#look(), INTERVAL_MS);
  }

  /** Nothing for a call too short to be measured. */
  stop(): CallQuality | undefined {
    this.#stopped = true;
    clearInterval(this.#timer);
    return this.#totals.seconds > 0 ? summarize(this.#totals, measureSetUp()) : undefined;
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const report = await this.#source.getStats();
      if (!this.#stopped) this.#take([...report.values()] as Stat[]);
    } catch {
      // The connection was closed meanwhile; the call knows by itself.
    } finally {
      this.#looking = false;
    }
  }

  #take(stats: readonly Stat[]): void {
    const { sampler, sample } = takeSample(this.#sampler, stats);
    this.#sampler = sampler;
    if (!sample) return;
    const { receiving, sending, roundTripMs } = sample;
    this.#samples = [...this.#samples, sample].slice(-KEPT_SAMPLES);
    const verdict = judge(this.#samples, this.#circumstances());
    this.#totals = addSample(this.#totals, sample, verdict);
    const marks = { receiving: receiving?.mos, sending: sending?.report?.mos };
    this.#course = [...this.#course, marks].slice(-COURSE_SECONDS);
    this.#tell({ receiving, sending, roundTripMs, verdict, course: this.#course });
  }
}
