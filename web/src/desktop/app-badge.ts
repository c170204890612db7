import type { StoreApi } from "zustand/vanilla";
import type { CallHistory } from "../store/call-history";
import { type Messages, unreadIn } from "../store/messages";
import type { Phone } from "../store/phone-store";

/** Browsers without the Badging API have neither function. */
export type BadgeHolder = Partial<Pick<Navigator, "setAppBadge" | "clearAppBadge">>;

/** The number on the icon of the installed phone: calls that ring, calls that were missed, and unread messages. */
export function followBadge(
  { store }: Phone,
  history: StoreApi<CallHistory>,
  holder: BadgeHolder,
  messages?: Pick<StoreApi<Messages>, "getState" | "subscribe">,
): void {
  let shown = 0;
  const show = () => {
    const ringing = store.getState().calls.filter((call) => call.phase.kind === "incoming").length;
    const count = ringing + history.getState().unseen + (messages ? unreadIn(messages.getState()) : 0);
    if (count === shown) return;
    shown = count;
    // Refused where the page is not installed; there is no icon then either.
    (count > 0 ? holder.setAppBadge?.(count) : holder.clearAppBadge?.())?.catch(() => {});
  };
  store.subscribe(show);
  history.subscribe(show);
  messages?.subscribe(show);
}
