import type { StoreApi } from "zustand/vanilla";
import type { CallHistory } from "./call-history";
import type { Phone } from "./phone-store";
import type { KeptHistory } from "./server-history";
import { keepStored, readStored } from "./storage";

const keyOf = (account: string) => `webcalling.missed-seen.${account}`;

/**
 * Counts what was missed while no page was open, from the history of the server, and keeps when the user has looked: for
 * the next page, and for the tabs beside this one. Who signs in here for the first time has seen everything.
 */
export function countMissedCalls(
  { store: phone }: Pick<Phone, "store">,
  { store: kept }: Pick<KeptHistory, "store">,
  history: StoreApi<CallHistory>,
  openedAt = Date.now(),
): void {
  let counted: string | undefined;
  const account = () => phone.getState().identity?.address;

  kept.subscribe(({ records, loading, problem }, before) => {
    const whose = account();
    if (!whose || counted === whose || loading || !before.loading || problem) return;
    counted = whose;
    const seenAt = readStored(keyOf(whose));
    if (typeof seenAt !== "number") {
      keepStored(keyOf(whose), openedAt);
      return;
    }
    // Those that come while the page is open are counted as they come.
    const missed = records.filter(
      ({ outcome, startedAt }) => outcome === "missed" && startedAt > seenAt && startedAt < openedAt,
    );
    if (missed.length > 0) history.setState(({ unseen }) => ({ unseen: unseen + missed.length }));
  });
  history.subscribe(({ unseen }, before) => {
    const whose = account();
    if (whose && unseen === 0 && before.unseen > 0) keepStored(keyOf(whose), Date.now());
  });
  phone.subscribe(({ registration }) => {
    if (registration.kind === "signed-out") counted = undefined;
  });
  window.addEventListener("storage", ({ key }) => {
    const whose = account();
    if (whose && key === keyOf(whose)) history.setState({ unseen: 0 });
  });
}
