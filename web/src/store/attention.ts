import { whoAndNumber } from "../languages/phrases";
import { text } from "../languages/text";
import type { Phone } from "./phone-store";

const FLASH_MS = 1_000;

/** The tab's title says that somebody calls, for when sound is off or another tab is in front. */
export function callForAttention({ store }: Phone, page: Document): void {
  let flashing: ReturnType<typeof setInterval> | undefined;
  store.subscribe((view) => {
    const call = view.calls.find(({ phase }) => phase.kind === "incoming");
    const ringing = call && text("app.incomingTitle", { caller: whoAndNumber(text, call.peer) });
    if (!ringing) {
      clearInterval(flashing);
      flashing = undefined;
      page.title = text("app.title");
    } else if (flashing === undefined) {
      page.title = ringing;
      flashing = setInterval(() => {
        page.title = page.title === ringing ? text("app.title") : ringing;
      }, FLASH_MS);
    }
  });
}
