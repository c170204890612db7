import type { Sample } from "./sampler";

/** On whose side the trouble is. */
export type Verdict =
  /** Too little is known yet, or one side holds. */
  | "unknown"
  | "good"
  | "nothing-arrives"
  | "microphone-silent"
  /** Both directions between this computer and the server. */
  | "your-network"
  | "your-network-sending"
  | "your-network-receiving"
  /** Sound is lost before it reaches us; the server's next reports will tell where. */
  | "receiving"
  | "far-side"
  | "delay";

/** The server's view of the far leg, in the figures of our own. Nobody tells it yet. */
export interface FarView {
  /** What the server gets of the far phone. */
  fromFar?: { lossPercent: number; jitterMs: number };
  /** What the far phone gets, by its own reports. */
  toFar?: { lossPercent: number; jitterMs: number };
  roundTripMs?: number;
}

export interface Circumstances {
  muted: boolean;
  /** By either side. */
  held: boolean;
  far?: FarView;
}

/** Judged over so many samples, that is seconds: longer than a hiccup, shorter than patience. */
const WINDOW = 5;
/** RTP comes all the time on our server's legs; three seconds without any are no pause in speech. */
const NOTHING_SECONDS = 3;
/** Below R = 70 (MOS 3.6) "many users are dissatisfied" (G.107 annex B, table B.1). */
const BAD_MOS = 3.6;
/** Speech with 3 % loss is heard to be damaged whatever conceals it; G.113 appendix I takes 7 points of R for G.711. */
const BAD_LOSS_PERCENT = 3;
/** Noise of a quiet room lies 15 to 25 dB higher with any microphone; digital silence is -100. */
const SILENT_DB = -75;
/** G.114: up to 150 ms from mouth to ear nobody notices, from 400 ms on it cannot be planned with. */
const BAD_ROUND_TRIP_MS = 600;

/** What to say about the last samples, oldest first. */
export function judge(samples: readonly Sample[], { muted, held, far }: Circumstances): Verdict {
  if (held) return "unknown";
  const recent = samples.slice(-WINDOW);
  if (nothingArrives(recent)) return "nothing-arrives";
  if (!muted && microphoneIsSilent(recent)) return "microphone-silent";
  const receiving = receivingTrouble(recent);
  const sending = sendingIsBad(recent);
  if (sending && receiving === "your-network-receiving") return "your-network";
  if (receiving) return receiving;
  if (sending) return "your-network-sending";
  if (far && farIsBad(far)) return "far-side";
  if (recent.length < NOTHING_SECONDS) return "unknown";
  const roundTrip = (recent.at(-1)?.roundTripMs ?? 0) + (far?.roundTripMs ?? 0);
  return roundTrip >= BAD_ROUND_TRIP_MS ? "delay" : "good";
}

function nothingArrives(samples: readonly Sample[]): boolean {
  const last = samples.slice(-NOTHING_SECONDS);
  return last.length === NOTHING_SECONDS && last.every(({ receiving }) => (receiving?.packets ?? 0) === 0);
}

function microphoneIsSilent(samples: readonly Sample[]): boolean {
  const silent = ({ sending }: Sample) => sending?.microphoneDb !== undefined && sending.microphoneDb < SILENT_DB;
  return samples.length === WINDOW && samples.every(silent);
}

function receivingTrouble(samples: readonly Sample[]): Verdict | undefined {
  const seconds = samples.flatMap(({ receiving }) => (receiving?.mos === undefined ? [] : [receiving]));
  const loss = mean(seconds.map(({ lossPercent }) => lossPercent));
  const quality = mean(seconds.map(({ mos }) => mos ?? 1));
  if (seconds.length < NOTHING_SECONDS || (loss < BAD_LOSS_PERCENT && quality >= BAD_MOS)) return undefined;
  const upstream = seconds.at(-1)?.upstreamLossPercent;
  if (upstream === undefined) return "receiving";
  return upstream >= loss / 2 && upstream > 0 ? "far-side" : "your-network-receiving";
}

function sendingIsBad(samples: readonly Sample[]): boolean {
  const report = samples.at(-1)?.sending?.report;
  return report !== undefined && (report.lossPercent >= BAD_LOSS_PERCENT || report.mos < BAD_MOS);
}

function farIsBad({ fromFar, toFar }: FarView): boolean {
  return [fromFar, toFar].some((leg) => leg !== undefined && leg.lossPercent >= BAD_LOSS_PERCENT);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
