import { beforeEach, expect, it } from "vitest";
import { createStore, type StoreApi } from "zustand/vanilla";
import { type CallHistory, seeMissedCalls } from "./call-history";
import { fakeEngine } from "./fake-engine";
import { countMissedCalls } from "./missed-calls";
import { createPhone } from "./phone-store";
import type { KeptRecord, ServerHistory } from "./server-history";

const KEY = "webcalling.missed-seen.sip:1002@localhost";
const OPENED = 1_000_000;

let kept: StoreApi<ServerHistory>;
let history: StoreApi<CallHistory>;

function open(): void {
  kept = createStore<ServerHistory>(() => ({ records: [], more: false, loading: false, filter: "all", search: "" }));
  history = createStore<CallHistory>(() => ({ records: [], unseen: 0 }));
  countMissedCalls(createPhone(fakeEngine()), { store: kept }, history, OPENED);
}

function record(startedAt: number, outcome: KeptRecord["outcome"] = "missed"): KeptRecord {
  const id = String(startedAt);
  return {
    id,
    callId: id,
    direction: "incoming",
    peer: { number: "1001" },
    startedAt,
    endedAt: startedAt + 1,
    outcome,
  };
}

function load(...records: KeptRecord[]): void {
  kept.setState({ loading: true });
  kept.setState({ records, loading: false });
}

const unseen = () => history.getState().unseen;

beforeEach(() => {
  localStorage.clear();
  open();
});

it("counts what was missed since the user looked last, once", () => {
  localStorage.setItem(KEY, "500");
  load(record(900), record(600, "answered"), record(400));
  expect(unseen()).toBe(1);
  load(record(900), record(950));
  expect(unseen()).toBe(1);
});

it("leaves calls to the page that come while it is open", () => {
  localStorage.setItem(KEY, "500");
  load(record(OPENED + 1));
  expect(unseen()).toBe(0);
});

it("knows when the user has looked, also in the next page and in other tabs", () => {
  localStorage.setItem(KEY, "500");
  load(record(900));
  seeMissedCalls(history);
  const seenAt = Number(localStorage.getItem(KEY));
  expect(seenAt).toBeGreaterThan(900);
  open();
  load(record(900));
  expect(unseen()).toBe(0);
  history.setState({ unseen: 3 });
  window.dispatchEvent(new StorageEvent("storage", { key: KEY }));
  expect(unseen()).toBe(0);
});

it("reproaches nobody with the calls of the time before", () => {
  load(record(900));
  expect(unseen()).toBe(0);
  open();
  load(record(900));
  expect(unseen()).toBe(0);
});

it.each(["nonsense", '"soon"', "{}"])("takes nonsense in the storage for nothing: %s", (words) => {
  localStorage.setItem(KEY, words);
  load(record(900));
  expect(unseen()).toBe(0);
});
