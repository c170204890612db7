import type { Sample } from "./sampler";
import type { Verdict } from "./verdict";

/** One direction over the whole call. */
export interface DirectionQuality {
  averageMos: number;
  worstMos: number;
  lossPercent: number;
  jitterMs: number;
}

/** How long the user waited, in milliseconds, as far as the page measured it. */
export interface SetUp {
  /** From the press of "Call" to the first sign of the other phone. */
  ringingMs?: number;
  /** From the answer, or from the press of "Answer", to the first sound. */
  soundMs?: number;
}

/** A whole call in figures, for its history. */
export interface CallQuality {
  /** How long it was measured. */
  seconds: number;
  codec?: string;
  receiving?: DirectionQuality;
  sending?: DirectionQuality;
  roundTripMs?: { average: number; worst: number };
  /** The trouble that lasted longest, if any lasted. */
  trouble?: Verdict;
  setUp: SetUp;
}

interface Tally {
  count: number;
  sum: number;
  least: number;
  most: number;
}

/** All seconds of a call so far, in a handful of numbers however long it lasts. */
export interface Totals {
  readonly seconds: number;
  readonly codec?: string;
  readonly tallies: Readonly<Record<Figure, Tally>>;
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
}

type Figure = "receivedMos" | "receivedLoss" | "receivedJitter" | "sentMos" | "sentLoss" | "sentJitter" | "roundTrip";

const NONE: Tally = { count: 0, sum: 0, least: Number.POSITIVE_INFINITY, most: 0 };

export const NO_TOTALS: Totals = {
  seconds: 0,
  tallies: {
    receivedMos: NONE,
    receivedLoss: NONE,
    receivedJitter: NONE,
    sentMos: NONE,
    sentLoss: NONE,
    sentJitter: NONE,
    roundTrip: NONE,
  },
  verdicts: {},
};

/** A trouble shorter than this is not worth a word afterwards. */
const LASTING_SECONDS = 3;

export function addSample(totals: Totals, sample: Sample, verdict: Verdict): Totals {
  const { receiving, sending, roundTripMs } = sample;
  const heard = receiving?.mos === undefined ? undefined : receiving;
  const { tallies } = totals;
  return {
    seconds: totals.seconds + 1,
    codec: heard?.codec ?? totals.codec,
    tallies: {
      receivedMos: add(tallies.receivedMos, heard?.mos),
      receivedLoss: add(tallies.receivedLoss, heard?.lossPercent),
      receivedJitter: add(tallies.receivedJitter, heard?.jitterMs),
      sentMos: add(tallies.sentMos, sending?.report?.mos),
      sentLoss: add(tallies.sentLoss, sending?.report?.lossPercent),
      sentJitter: add(tallies.sentJitter, sending?.report?.jitterMs),
      roundTrip: add(tallies.roundTrip, roundTripMs),
    },
    verdicts: { ...totals.verdicts, [verdict]: (totals.verdicts[verdict] ?? 0) + 1 },
  };
}

export function summarize({ seconds, codec, tallies, verdicts }: Totals, setUp: SetUp): CallQuality {
  const { roundTrip } = tallies;
  return {
    seconds,
    codec,
    receiving: direction(tallies.receivedMos, tallies.receivedLoss, tallies.receivedJitter),
    sending: direction(tallies.sentMos, tallies.sentLoss, tallies.sentJitter),
    roundTripMs: roundTrip.count > 0 ? { average: mean(roundTrip), worst: roundTrip.most } : undefined,
    trouble: longestTrouble(verdicts),
    setUp,
  };
}

function direction(mos: Tally, loss: Tally, jitter: Tally): DirectionQuality | undefined {
  if (mos.count === 0) return undefined;
  return { averageMos: mean(mos), worstMos: mos.least, lossPercent: mean(loss), jitterMs: mean(jitter) };
}

function longestTrouble(verdicts: Totals["verdicts"]): Verdict | undefined {
  const troubles = (Object.entries(verdicts) as [Verdict, number][])
    .filter(([verdict, seconds]) => verdict !== "good" && verdict !== "unknown" && seconds >= LASTING_SECONDS)
    .sort(([, one], [, other]) => other - one);
  return troubles[0]?.[0];
}

function add(tally: Tally, value: number | undefined): Tally {
  if (value === undefined) return tally;
  return {
    count: tally.count + 1,
    sum: tally.sum + value,
    least: Math.min(tally.least, value),
    most: Math.max(tally.most, value),
  };
}

function mean({ sum, count }: Tally): number {
  return sum / count;
}
