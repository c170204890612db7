import type { StoreApi } from "zustand/vanilla";
import type { CallHistory } from "../store/call-history";
import type { Phone } from "../store/phone-store";

/** Browsers without the Badging API have neither function. */
export type BadgeHolder = Partial<Pick<Navigator, "setAppBadge" | "clearAppBadge">>;

/** The number on the icon of the installed phone: calls that ring and calls that were missed. */
export function followBadge({ store }: Phone, history: StoreApi<CallHistory>, holder: BadgeHolder): void {
  let shown = 0;
  const show = () => {
    const ringing = store.getState().calls.filter((call) => call.phase.kind === "incoming").length;
    const count = ringing + history.getState().unseen;
    if (count === shown) return;
    shown = count;
    // Refused where the page is not installed; there is no icon then either.
    (count > 0 ? holder.setAppBadge?.(count) : holder.clearAppBadge?.())?.catch(() => {});
  };
  store.subscribe(show);
  history.subscribe(show);
}
