import { createStore, type StoreApi } from "zustand/vanilla";
import type { Call } from "../phone-engine/phone-engine";
import type { CallQuality } from "../phone-engine/quality/call-quality";
import { type Direction, type HistoryApi, type HistoryCall, serverHistory } from "../server-api/history";
import type { ApiProblem } from "../server-api/request";
import type { CallRecord, Outcome } from "./call-history";
import type { Phone } from "./phone-store";
import type { ServerFeatures } from "./server-features";

export interface KeptRecord extends CallRecord {
  quality?: CallQuality;
  /** By which the server knows it; empty if the own phone had none. */
  callId: string;
}

export const FILTERS = ["all", "in", "out", "missed"] as const;
export type Filter = (typeof FILTERS)[number];

/** The part of the server's history that is shown. */
export interface ServerHistory {
  records: readonly KeptRecord[];
  /** There are older ones. */
  more: boolean;
  loading: boolean;
  problem?: ApiProblem;
  filter: Filter;
  search: string;
}

export interface ServerHistoryCommands {
  /** Asks for the newest calls again. */
  refresh(): Promise<void>;
  loadMore(): Promise<void>;
  setFilter(filter: Filter): void;
  setSearch(search: string): void;
  remove(id: string): Promise<void>;
  clear(): Promise<void>;
}

export interface KeptHistory {
  readonly store: StoreApi<ServerHistory>;
  readonly commands: ServerHistoryCommands;
}

const EMPTY: ServerHistory = { records: [], more: false, loading: false, filter: "all", search: "" };
/** The server writes it down a tenth of a second after the end; a slow one later. */
const LOOK_AFTER_MS = [300, 1_000, 4_000];
const TYPING_PAUSE_MS = 250;

/** The history that the server keeps: read when it is offered, and again after every call. */
export function createServerHistory(
  { store: phone }: Pick<Phone, "store">,
  features: StoreApi<ServerFeatures>,
  api: HistoryApi = serverHistory,
): KeptHistory {
  const store = createStore<ServerHistory>(() => EMPTY);
  const commands = commandsOf(store, api);
  const offered = () => features.getState().features.includes("history");
  features.subscribe(() => {
    if (offered()) void commands.refresh();
    else store.setState({ ...EMPTY, problem: undefined });
  });
  phone.subscribe(({ calls }, before) => {
    if (!offered()) return;
    for (const call of calls) {
      const was = before.calls.find(({ id }) => id === call.id);
      if (call.phase.kind === "ended" && was && was.phase.kind !== "ended") void afterCall(call, api, commands);
    }
  });
  return { store, commands };
}

/** Adds what the phone has measured, as soon as the server has the call. */
async function afterCall({ sipCallId, summary }: Call, api: HistoryApi, { refresh }: ServerHistoryCommands) {
  for (const pause of LOOK_AFTER_MS) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const answer = sipCallId === undefined ? undefined : await api.list({ callId: sipCallId });
    const found = answer && "value" in answer ? answer.value.calls[0] : undefined;
    if (found && summary) await api.keepQuality(found.id, summary);
    // Also while it is not found: the list shows what there is.
    await refresh();
    if (found) return;
  }
}

function commandsOf(store: StoreApi<ServerHistory>, api: HistoryApi): ServerHistoryCommands {
  /** What was asked before is no longer wanted when something else is asked. */
  let asked = 0;
  let typing: ReturnType<typeof setTimeout> | undefined;
  const load = async (before?: string) => {
    const { filter, search } = store.getState();
    asked += 1;
    const question = asked;
    store.setState({ loading: true });
    const direction: Direction | undefined = filter === "all" ? undefined : filter;
    const answer = await api.list({ before, direction, search: search.trim() });
    if (question !== asked) return;
    if ("problem" in answer) return store.setState({ loading: false, problem: answer.problem });
    const { calls, more } = answer.value;
    const news = calls.map(recordOf);
    store.setState(({ records }) => ({
      records: before === undefined ? news : [...records, ...news],
      more,
      loading: false,
      problem: undefined,
    }));
  };
  return {
    refresh: () => load(),
    async loadMore() {
      const { more, loading, records } = store.getState();
      if (more && !loading) await load(records.at(-1)?.id);
    },
    setFilter(filter) {
      store.setState({ filter });
      void load();
    },
    setSearch(search) {
      store.setState({ search });
      clearTimeout(typing);
      typing = setTimeout(() => void load(), TYPING_PAUSE_MS);
    },
    async remove(id) {
      const answer = await api.remove(id);
      if ("problem" in answer) store.setState({ problem: answer.problem });
      else store.setState(({ records }) => ({ records: records.filter((record) => record.id !== id) }));
    },
    async clear() {
      const answer = await api.clear();
      if ("problem" in answer) store.setState({ problem: answer.problem });
      else await load();
    },
  };
}

function recordOf(call: HistoryCall): KeptRecord {
  const { id, number, name, began, answered, ended, quality, callId } = call;
  return {
    id,
    direction: call.direction === "in" ? "incoming" : "outgoing",
    peer: { number, name },
    startedAt: began,
    answeredAt: answered,
    endedAt: ended,
    outcome: outcomeOf(call),
    quality,
    callId,
  };
}

function outcomeOf({ answered, missed, direction, cause }: HistoryCall): Outcome {
  if (answered !== undefined) return "answered";
  if (missed) return "missed";
  if (direction === "out") return "not-reached";
  return cause === "answeredElsewhere" ? "answered-elsewhere" : "rejected";
}
