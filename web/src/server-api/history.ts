import type { CallQuality, DirectionQuality } from "../phone-engine/quality/call-quality";
import { field, number, text } from "./json";
import { type Answer, ask } from "./request";

export type Direction = "in" | "out" | "missed";

export interface HistoryQuestion {
  limit?: number;
  before?: string;
  direction?: Direction;
  search?: string;
  callId?: string;
}

/** A call as the server keeps it. Times are milliseconds since 1970. */
export interface HistoryCall {
  id: string;
  direction: "in" | "out";
  missed: boolean;
  number: string;
  name?: string;
  began: number;
  answered?: number;
  ended: number;
  cause: string;
  callId: string;
  quality?: CallQuality;
}

export interface HistoryPart {
  calls: readonly HistoryCall[];
  /** There are older ones. */
  more: boolean;
}

/** The calls of the extension that is signed in. */
export interface HistoryApi {
  list(question: HistoryQuestion): Promise<Answer<HistoryPart>>;
  remove(id: string): Promise<Answer<true>>;
  clear(): Promise<Answer<true>>;
  keepQuality(id: string, quality: CallQuality): Promise<Answer<true>>;
}

const PATH = "/api/history";
const done = () => true as const;

export const serverHistory: HistoryApi = {
  list(question) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(question)) if (value) query.set(name, String(value));
    return ask(`${PATH}?${query}`, { read: readPart });
  },
  remove: (id) => ask(`${PATH}/${encodeURIComponent(id)}`, { method: "DELETE", read: done }),
  clear: () => ask(PATH, { method: "DELETE", read: done }),
  keepQuality(id, { seconds, receiving, sending, roundTripMs, setUp }) {
    // The server takes numbers only.
    const body = { seconds, receiving, sending, roundTripMs, setUp };
    return ask(`${PATH}/${encodeURIComponent(id)}/quality`, { method: "PUT", body, read: done });
  },
};

function readPart(answer: unknown): HistoryPart | undefined {
  const calls = field(answer, "calls");
  if (!Array.isArray(calls)) return undefined;
  const read = calls.map(readCall).filter((call) => call !== undefined);
  return { calls: read, more: field(answer, "more") === true };
}

/** Undefined for an entry that cannot be shown; the others are. */
function readCall(entry: unknown): HistoryCall | undefined {
  const id = text(field(entry, "id"));
  const direction = field(entry, "direction");
  const began = time(field(entry, "began"));
  const ended = time(field(entry, "ended"));
  if (!id || (direction !== "in" && direction !== "out") || began === undefined || ended === undefined)
    return undefined;
  return {
    id,
    direction,
    missed: field(entry, "missed") === true,
    number: text(field(entry, "number")) ?? "",
    name: text(field(entry, "name")),
    began,
    answered: time(field(entry, "answered")),
    ended,
    cause: text(field(entry, "cause")) ?? "",
    callId: text(field(entry, "callId")) ?? "",
    quality: readQuality(field(entry, "note")),
  };
}

/** The last moment that a Date can name (ECMA-262, section 21.4.1.1). */
const LAST_MOMENT = 8.64e15;

function time(value: unknown): number | undefined {
  const read = number(value);
  return read !== undefined && Math.abs(read) <= LAST_MOMENT ? read : undefined;
}

function readQuality(note: unknown): CallQuality | undefined {
  const seconds = number(field(note, "seconds"));
  if (seconds === undefined) return undefined;
  const roundTrip = field(note, "roundTripMs");
  const average = number(field(roundTrip, "average"));
  const worst = number(field(roundTrip, "worst"));
  const setUp = field(note, "setUp");
  return {
    seconds,
    receiving: readDirection(field(note, "receiving")),
    sending: readDirection(field(note, "sending")),
    roundTripMs: average !== undefined && worst !== undefined ? { average, worst } : undefined,
    setUp: { ringingMs: number(field(setUp, "ringingMs")), soundMs: number(field(setUp, "soundMs")) },
  };
}

function readDirection(value: unknown): DirectionQuality | undefined {
  const averageMos = number(field(value, "averageMos"));
  const worstMos = number(field(value, "worstMos"));
  const lossPercent = number(field(value, "lossPercent"));
  const jitterMs = number(field(value, "jitterMs"));
  if (averageMos === undefined || worstMos === undefined || lossPercent === undefined || jitterMs === undefined)
    return undefined;
  return { averageMos, worstMos, lossPercent, jitterMs };
}
