import { readNumber } from "../phone-engine/phone-number";
import type { Phone } from "./phone-store";

/** Links of these kinds the browser can hand to this page (HTML Standard, section "Custom scheme handlers"). */
const SCHEMES = ["web+call", "tel", "sip"];

type Page = Pick<Window, "location" | "history">;

/**
 * `?dial=NUMBER`, which a link or the browser's handler for `tel:` puts there. Whatever it says comes from a stranger's
 * page: it becomes a question to the user and nothing more. It leaves the address, so that a reload does not ask again.
 */
export function takeDialLink({ store }: Phone, page: Page): void {
  const address = new URL(page.location.href);
  const wanted = address.searchParams.get("dial");
  if (wanted === null) return;
  address.searchParams.delete("dial");
  page.history.replaceState(page.history.state, "", address);
  const read = readNumber(wanted);
  if ("number" in read) store.setState({ dialRequest: { number: read.number } });
  else if (read.problem !== "empty")
    store.setState({ dialRequest: { number: wanted.slice(0, 80), error: read.problem } });
}

/** Asks the browser to hand call links to this page; the browser asks the user. False if it takes none. */
export function handleCallLinks(page: { navigator: Navigator; location: Pick<Location, "origin"> }): boolean {
  const accepted = SCHEMES.filter((scheme) => {
    try {
      page.navigator.registerProtocolHandler(scheme, `${page.location.origin}/?dial=%s`);
      return true;
    } catch {
      // Not on a page that is not secure, and not every scheme in every browser.
      return false;
    }
  });
  return accepted.length > 0;
}
