import type { StoreApi } from "zustand/vanilla";
import { whoAndNumber } from "../languages/phrases";
import { followLanguage, text } from "../languages/text";
import type { CallHistory } from "./call-history";
import { type Messages, unreadIn } from "./messages";
import type { Phone } from "./phone-store";

const FLASH_MS = 1_000;

/**
 * The tab's title says that somebody calls, for when sound is off or another tab is in front,
 * and afterwards how many calls were missed and messages are unread.
 */
export function callForAttention(
  { store }: Phone,
  page: Document,
  history?: StoreApi<CallHistory>,
  messages?: Pick<StoreApi<Messages>, "getState" | "subscribe">,
): void {
  let flashing: ReturnType<typeof setInterval> | undefined;
  const calm = () => {
    const missed = (history?.getState().unseen ?? 0) + (messages ? unreadIn(messages.getState()) : 0);
    return missed > 0 ? text("app.missedTitle", { missed, title: text("app.title") }) : text("app.title");
  };
  const show = () => {
    const call = store.getState().calls.find(({ phase }) => phase.kind === "incoming");
    if (!call) {
      clearInterval(flashing);
      flashing = undefined;
      page.title = calm();
    } else if (flashing === undefined) {
      const ringing = text("app.incomingTitle", { caller: whoAndNumber(text, call.peer) });
      page.title = ringing;
      flashing = setInterval(() => {
        page.title = page.title === ringing ? calm() : ringing;
      }, FLASH_MS);
    }
  };
  store.subscribe(show);
  history?.subscribe(show);
  messages?.subscribe(show);
  followLanguage(show);
  show();
}
