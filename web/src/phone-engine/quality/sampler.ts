import { burstRatio, codecImpairment, meanOpinionScore, rating } from "./e-model";
import { audioStat, codecOf, numberOf, type Stat } from "./stats";
import { FIRST_UPSTREAM, followUpstream, type Upstream } from "./upstream-loss";

/** What arrived here in one interval. */
export interface Receiving {
  codec?: string;
  packets: number;
  /** Lost on the way, or too late to be played. */
  lossPercent: number;
  /** Of that, what the server had already not got; unknown until two of its reports have come. */
  upstreamLossPercent?: number;
  burstRatio: number;
  jitterMs: number;
  /** What the browser made up. */
  concealedPercent: number;
  jitterBufferMs: number;
  kbps: number;
  /** From the server to the ear. */
  delayMs: number;
  /** Nothing if nothing came. */
  mos?: number;
}

/** What the other side, that is the server, got of ours by its last report. */
export interface SendingReport {
  lossPercent: number;
  jitterMs: number;
  delayMs: number;
  mos: number;
}

export interface Sending {
  codec?: string;
  kbps: number;
  /** Of what the microphone gives, in dBFS; unknown where the browser does not say. */
  microphoneDb?: number;
  report?: SendingReport;
}

/** One second of a call in figures. */
export interface Sample {
  /** Milliseconds on the browser's clock. */
  at: number;
  receiving?: Receiving;
  sending?: Sending;
  roundTripMs?: number;
}

/** What has to be remembered from one look at the browser's counters to the next. */
export interface Sampler {
  readonly stats: readonly Stat[];
  readonly upstream: Upstream;
}

export const NEW_SAMPLER: Sampler = { stats: [], upstream: FIRST_UPSTREAM };

/** One packet of speech: what lies in the sender's hands before the packet leaves. */
const PACKET_MS = 20;
/** What a far phone's jitter buffer is taken to hold at least; it does not tell. */
const FAR_BUFFER_MS = 40;
export const SILENCE_DB = -100;

/** The next sample; without one before, only the counters are remembered. */
export function takeSample(before: Sampler, stats: readonly Stat[]): { sampler: Sampler; sample?: Sample } {
  const inbound = audioStat(stats, "inbound-rtp");
  const outbound = audioStat(stats, "outbound-rtp");
  const upstream = followUpstream(before.upstream, inbound, audioStat(stats, "remote-outbound-rtp"));
  const sampler = { stats, upstream };
  const at = (inbound ?? outbound)?.timestamp;
  if (at === undefined || before.stats.length === 0) return { sampler };
  const roundTripMs = roundTrip(stats);
  const sample: Sample = {
    at,
    receiving: inbound && receivingOf(before.stats, stats, inbound, { roundTripMs, upstream }),
    sending: outbound && sendingOf(before.stats, stats, outbound, roundTripMs),
    roundTripMs,
  };
  return { sampler, sample };
}

function receivingOf(
  past: readonly Stat[],
  stats: readonly Stat[],
  inbound: Stat,
  { roundTripMs, upstream }: { roundTripMs?: number; upstream: Upstream },
): Receiving | undefined {
  const growth = growthSince(past, inbound);
  if (!growth) return undefined;
  const packets = growth("packetsReceived");
  const lost = growth("packetsLost");
  const missing = lost + growth("packetsDiscarded");
  const expected = packets + lost;
  const samples = growth("totalSamplesReceived");
  const lossPercent = percent(Math.min(missing, expected), expected);
  const burst = burstRatio(missing, growth("concealmentEvents"), expected);
  const jitterBufferMs = share(growth("jitterBufferDelay") * 1000, growth("jitterBufferEmittedCount"));
  const delayMs = (roundTripMs ?? 0) / 2 + jitterBufferMs + PACKET_MS;
  const codec = codecOf(stats, inbound);
  const heard = { codec: codecImpairment(codec ?? ""), delayMs, lossPercent, burstRatio: burst };
  return {
    codec,
    packets,
    lossPercent,
    upstreamLossPercent: upstream.lossPercent,
    burstRatio: burst,
    jitterMs: (numberOf(inbound, "jitter") ?? 0) * 1000,
    // Made up where the other side itself was silent is no fault.
    concealedPercent: percent(growth("concealedSamples") - growth("silentConcealedSamples"), samples),
    jitterBufferMs,
    kbps: share(growth("bytesReceived") * 8, growth("timestamp")),
    delayMs,
    mos: expected > 0 ? meanOpinionScore(rating(heard)) : undefined,
  };
}

function sendingOf(
  past: readonly Stat[],
  stats: readonly Stat[],
  outbound: Stat,
  roundTripMs: number | undefined,
): Sending | undefined {
  const growth = growthSince(past, outbound);
  if (!growth) return undefined;
  const codec = codecOf(stats, outbound);
  return {
    codec,
    kbps: share(growth("bytesSent") * 8, growth("timestamp")),
    microphoneDb: microphoneLevel(past, audioStat(stats, "media-source")),
    report: reportOf(stats, codec, roundTripMs),
  };
}

/** RFC 3550 section 6.4.2: what the last report block says of our stream. */
function reportOf(
  stats: readonly Stat[],
  codec: string | undefined,
  roundTripMs: number | undefined,
): SendingReport | undefined {
  const remote = audioStat(stats, "remote-inbound-rtp");
  const fraction = numberOf(remote, "fractionLost");
  if (!remote || fraction === undefined) return undefined;
  const lossPercent = fraction * 100;
  const jitterMs = (numberOf(remote, "jitter") ?? 0) * 1000;
  const delayMs = (roundTripMs ?? 0) / 2 + PACKET_MS + Math.max(FAR_BUFFER_MS, 2 * jitterMs);
  const mos = meanOpinionScore(rating({ codec: codecImpairment(codec ?? ""), delayMs, lossPercent }));
  return { lossPercent, jitterMs, delayMs, mos };
}

/** By the last report if there is one, else by the connectivity checks, which the browser sends all the time (RFC 7675). */
function roundTrip(stats: readonly Stat[]): number | undefined {
  const reported = numberOf(audioStat(stats, "remote-inbound-rtp"), "roundTripTime");
  const pair = stats.find((stat) => stat.type === "candidate-pair" && stat.nominated === true);
  const seconds = reported ?? numberOf(pair, "currentRoundTripTime");
  return seconds === undefined ? undefined : seconds * 1000;
}

/** The mean over the interval: energy over duration (W3C webrtc-stats, totalAudioEnergy). */
function microphoneLevel(past: readonly Stat[], source: Stat | undefined): number | undefined {
  if (!source || numberOf(source, "totalAudioEnergy") === undefined) return undefined;
  const growth = growthSince(past, source);
  if (!growth) return undefined;
  const power = share(growth("totalAudioEnergy"), growth("totalSamplesDuration"));
  return power > 0 ? Math.max(SILENCE_DB, 10 * Math.log10(power)) : SILENCE_DB;
}

/** How much each counter of a stream has grown; nothing for a stream that was not there before. */
function growthSince(past: readonly Stat[], stat: Stat): ((member: string) => number) | undefined {
  const before = past.find((other) => other.id === stat.id && other.type === stat.type);
  if (!before) return undefined;
  // A duplicate makes packetsLost shrink (RFC 3550 appendix A.3).
  return (member) => Math.max(0, (numberOf(stat, member) ?? 0) - (numberOf(before, member) ?? 0));
}

function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

function percent(part: number, whole: number): number {
  return Math.min(100, Math.max(0, share(part * 100, whole)));
}
