/** Which requests the service worker answers, and from where. No events here, so that it can be tested. */

export type Source =
  /** The page itself: from the server, so that a new version is seen at once; as kept if the server is gone. */
  | "server-first"
  /** Files whose name changes with their content. */
  | "kept-first"
  /** Not our business: the browser does what it does without us. */
  | "browser";

export interface Asked {
  method: string;
  mode: string;
  url: string;
}

/** Nothing but the page and its files is ever kept: not /api, /server.json, /metrics, nor anything of another server. */
export function sourceOf({ method, mode, url }: Asked, files: ReadonlySet<string>, origin: string): Source {
  const { origin: asked, pathname, search } = new URL(url);
  if (method !== "GET" || asked !== origin) return "browser";
  if (mode === "navigate") return pathname === "/" ? "server-first" : "browser";
  return search === "" && files.has(pathname) ? "kept-first" : "browser";
}

const PREFIX = "webcalling-phone-";

export function shelfName(version: string): string {
  return PREFIX + version;
}

/**
 * Shelves to throw away, given all in the order of their making: of the older ones the last stays, for a page
 * in another tab that is still of that version.
 */
export function oldShelves(names: readonly string[], current: string): string[] {
  return names.filter((name) => name.startsWith(PREFIX) && name !== current).slice(0, -1);
}
