import { createStore, type StoreApi } from "zustand/vanilla";
import type { EndReason } from "../phone-engine/end-reason";
import type { Call, Peer } from "../phone-engine/phone-engine";
import type { Phone } from "./phone-store";

export type Outcome = "answered" | "missed" | "rejected" | "answered-elsewhere" | "not-reached";

/** One call that is over. Times are milliseconds since 1970. */
export interface CallRecord {
  id: string;
  direction: Call["direction"];
  peer: Peer;
  startedAt: number;
  answeredAt?: number;
  endedAt: number;
  outcome: Outcome;
}

export interface CallHistory {
  /** The newest first. */
  records: readonly CallRecord[];
  /** Missed calls since the user last looked. */
  unseen: number;
}

/** The history of this page: whatever was called since it was opened. */
export function createCallHistory({ store: phone }: Pick<Phone, "store">): StoreApi<CallHistory> {
  const history = createStore<CallHistory>(() => ({ records: [], unseen: 0 }));
  const running = new Map<string, Pick<CallRecord, "startedAt" | "answeredAt">>();
  const finish = (call: Call, reason: EndReason) => {
    const times = running.get(call.id);
    if (!times) return;
    running.delete(call.id);
    const { id, direction, peer } = call;
    const outcome = times.answeredAt === undefined ? outcomeOf(direction, reason) : "answered";
    history.setState(({ records, unseen }) => ({
      records: [{ id, direction, peer, ...times, endedAt: Date.now(), outcome }, ...records],
      unseen: outcome === "missed" ? unseen + 1 : unseen,
    }));
  };
  phone.subscribe(({ calls }) => {
    for (const call of calls) {
      if (call.phase.kind === "ended") finish(call, call.phase.reason);
      else if (call.phase.kind === "active") note(running, call.id, { answeredAt: call.phase.since });
      else note(running, call.id, {});
    }
  });
  return history;
}

function note(
  running: Map<string, Partial<CallRecord> & { startedAt: number }>,
  id: string,
  news: { answeredAt?: number },
) {
  running.set(id, { ...(running.get(id) ?? { startedAt: Date.now() }), ...news });
}

/** What became of a call that was never answered here. */
function outcomeOf(direction: Call["direction"], reason: EndReason): Outcome {
  if (direction === "outgoing") return "not-reached";
  if (reason === "rejected" || reason === "answered-elsewhere") return reason;
  return "missed";
}

export function seeMissedCalls(history: StoreApi<CallHistory>): void {
  if (history.getState().unseen > 0) history.setState({ unseen: 0 });
}
