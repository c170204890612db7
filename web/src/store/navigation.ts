import { createStore, type StoreApi } from "zustand/vanilla";

/** The pages of the phone, in the order of the tab bar. */
export const PAGES = ["phone", "people", "history", "messages", "settings"] as const;
export type Page = (typeof PAGES)[number];

export interface Open {
  page: Page;
  /** The sheet that lists the keyboard shortcuts lies over the page. */
  shortcuts: boolean;
  /** The story of the call with this Call-ID lies over the page. */
  story?: string;
}

export type Navigation = StoreApi<Open>;

export function addressOf(page: Page): string {
  return `#/${page}`;
}

/** The page that an address such as `#/history` names; the phone itself if it names none. */
export function pageOf(hash: string): Page {
  return PAGES.find((page) => addressOf(page) === hash) ?? "phone";
}

/** Which page is open. It is kept in the address, so that Back, links and reloading do what they do everywhere. */
export function createNavigation(page: Window): Navigation {
  const store = createStore<Open>(() => ({ page: pageOf(page.location.hash), shortcuts: false }));
  page.addEventListener("hashchange", () => store.setState({ page: pageOf(page.location.hash) }));
  store.subscribe(({ page: wanted }) => {
    if (pageOf(page.location.hash) !== wanted) page.location.hash = addressOf(wanted);
  });
  return store;
}
