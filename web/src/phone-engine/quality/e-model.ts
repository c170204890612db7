/**
 * The E-model of ITU-T G.107, with all parameters at their defaults but those that a packet network changes: delay, and
 * the codec with its loss. Its rating R goes from 0 to 100; a clean G.711 call without delay has 93.2.
 *
 * All codecs stand on this one narrowband scale, so that calls compare with each other. A wideband codec is better than
 * the scale can show (G.107.1 goes up to 129), so that a clean one ends at 93.2 too.
 */

/** G.107 (06/2015) table 2: what is left of 100 when every parameter has its default. */
const DEFAULT_RATING = 93.2;

/** G.107 section 7.5: `ie` is what the codec itself costs, `bpl` how well it bears random loss. */
export interface CodecImpairment {
  ie: number;
  bpl: number;
}

/** G.113 (11/2007) appendix I: G.711 costs nothing; with the concealment of G.711 appendix I its Bpl is 25.1, without 4.3. */
const G711: CodecImpairment = { ie: 0, bpl: 25.1 };
/**
 * G.113 knows G.722 on the wideband scale only (Ie,wb 13 at 64 kbit/s, where clean G.711 has 35.8): on this scale it costs
 * nothing. Its Bpl is an assumption, as low as that of the GSM enhanced full rate codec in G.113 appendix I, since ADPCM
 * needs a while to find back after a loss.
 */
const G722: CodecImpairment = { ie: 0, bpl: 10 };
/**
 * No ITU-T recommendation has Opus. Clean it is wideband at least, so it costs nothing on this scale. Its Bpl is an
 * assumption: that of G.729A in G.113 appendix I, a linear predictive codec with a concealment of its own as well.
 */
const OPUS: CodecImpairment = { ie: 0, bpl: 19 };
/** An unknown codec is taken for one that conceals nothing: G.113 appendix I, G.711 without concealment. */
const UNKNOWN: CodecImpairment = { ie: 0, bpl: 4.3 };

/** By the name in SDP (RFC 3551, RFC 7587), in any spelling. */
export function codecImpairment(codec: string): CodecImpairment {
  switch (codec.toLowerCase()) {
    case "pcmu":
    case "pcma":
      return G711;
    case "g722":
      return G722;
    case "opus":
    // RFC 2198: Opus with every packet sent twice.
    case "red":
      return OPUS;
    default:
      return UNKNOWN;
  }
}

export interface Transmission {
  codec: CodecImpairment;
  /** Ta, from mouth to ear, in milliseconds. */
  delayMs: number;
  /** Ppl: what the listener's phone had to make up for, in percent of all packets. */
  lossPercent: number;
  /** BurstR: 1 if packets are lost at random, more if they are lost in a row. */
  burstRatio?: number;
}

/** R, between 0 and 93.2. */
export function rating({ codec, delayMs, lossPercent, burstRatio = 1 }: Transmission): number {
  const r = DEFAULT_RATING - delayImpairment(delayMs) - lossImpairment(codec, lossPercent, burstRatio);
  return Math.min(DEFAULT_RATING, Math.max(0, r));
}

/** G.107 annex B, equation B-4. What it gives below 1 for very small R is no mark that anybody could give. */
export function meanOpinionScore(r: number): number {
  if (r <= 0) return 1;
  if (r >= 100) return 4.5;
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
}

/** Idd, G.107 section 7.4, equations 7-27 and 7-28 with the default mT = 100 ms and sT = 1. */
export function delayImpairment(delayMs: number): number {
  if (delayMs <= 100) return 0;
  const x = Math.log2(delayMs / 100);
  return 25 * ((1 + x ** 6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2);
}

/** Ie,eff, G.107 section 7.5, equation 7-29. */
export function lossImpairment({ ie, bpl }: CodecImpairment, lossPercent: number, burstRatio = 1): number {
  const loss = Math.min(100, Math.max(0, lossPercent));
  return ie + (95 - ie) * (loss / (loss / Math.max(1, burstRatio) + bpl));
}

/**
 * BurstR, G.107 section 7.5: how long losses last on average, over how long they would if each packet were lost by chance.
 * `bursts` is how often packets were lost in a row, single ones included.
 */
export function burstRatio(lost: number, bursts: number, expected: number): number {
  if (lost <= 0 || bursts <= 0 || expected <= lost) return 1;
  return Math.max(1, (lost / bursts) * (1 - lost / expected));
}
