import { numberOf, type Stat } from "./stats";

/**
 * Tells loss on the way from the server to us from loss that happened before. The server passes gaps on as they are, so
 * that our counter shows both; but its sender reports (RFC 3550 section 6.4.1) say how many packets it sent. What the
 * sequence numbers make us expect, and the server did not send, it never had.
 */
export interface Upstream {
  /** Our counters at the last look. */
  readonly look?: Counters;
  /** Our counters, and the server's, at its last report. */
  readonly report?: Counters & { readonly sent: number };
  /** Between the last two reports. */
  readonly lossPercent?: number;
}

interface Counters {
  readonly id: string;
  /** Milliseconds. */
  readonly at: number;
  readonly expected: number;
}

export const FIRST_UPSTREAM: Upstream = {};

/** A report arrives between two looks, so that our own counter at that moment is known to a few packets only. */
const TOLERANCE = 4;

export function followUpstream(before: Upstream, inbound: Stat | undefined, remote: Stat | undefined): Upstream {
  if (!inbound) return FIRST_UPSTREAM;
  const { id, timestamp: at } = inbound;
  const expected = (numberOf(inbound, "packetsReceived") ?? 0) + (numberOf(inbound, "packetsLost") ?? 0);
  const look = { id, at, expected };
  if (before.look && before.look.id !== id) return { look };
  const sent = numberOf(remote, "packetsSent");
  if (!remote || sent === undefined || !before.look || remote.timestamp === before.report?.at) {
    return { ...before, look };
  }
  const reportedAt = Math.min(at, Math.max(before.look.at, remote.timestamp));
  const elapsed = at - before.look.at;
  const part = elapsed > 0 ? (reportedAt - before.look.at) / elapsed : 1;
  const expectedThen = before.look.expected + part * (expected - before.look.expected);
  const report = { id, at: remote.timestamp, expected: expectedThen, sent };
  return { look, report, lossPercent: before.report ? lossBetween(before.report, report) : undefined };
}

function lossBetween(past: NonNullable<Upstream["report"]>, now: NonNullable<Upstream["report"]>): number {
  const expected = now.expected - past.expected;
  const missing = expected - (now.sent - past.sent);
  return expected > 0 && missing > TOLERANCE ? Math.min(100, (missing * 100) / expected) : 0;
}
