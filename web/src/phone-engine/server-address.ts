/** Where SIP is spoken, and the domain of our address. */
export interface ServerAddress {
  url: string;
  domain: string;
  /** As a person would write it. */
  label: string;
}

/** Of the page or file that came from our server. */
export type Home = Pick<Location, "protocol" | "host" | "hostname">;

/**
 * Reads what the user typed as server: nothing (the PBX of this page), `host` (its `/ws`, same port as this page),
 * `host:port` (a plain SIP WebSocket such as 5066), or a whole `ws:`, `wss:`, `http:` or `https:` address.
 */
export function parseServerAddress(input: string, page: Home): ServerAddress | undefined {
  const text = input.trim();
  const secure = page.protocol === "https:";
  const scheme = secure ? "wss:" : "ws:";
  if (text === "" || text === page.host) return address(`${scheme}//${page.host}/ws`, page.host);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return wholeUrl(text);
  if (/[\s/@?#]/.test(text)) return undefined;
  const url = parseUrl(`${scheme}//${text}`);
  if (!url) return undefined;
  if (hasPort(text)) return address(`${scheme}//${text}/`, text);
  const port = page.host.slice(page.hostname.length);
  return address(`${scheme}//${text}${port}/ws`, text);
}

function wholeUrl(text: string): ServerAddress | undefined {
  const url = parseUrl(text);
  if (!url) return undefined;
  switch (url.protocol) {
    case "ws:":
    case "wss:":
      return address(url.href, url.host);
    case "http:":
    case "https:":
      return address(`${url.protocol === "https:" ? "wss:" : "ws:"}//${url.host}/ws`, url.host);
    default:
      return undefined;
  }
}

function address(href: string, label: string): ServerAddress | undefined {
  const url = parseUrl(href);
  return url?.hostname ? { url: href, domain: url.hostname, label } : undefined;
}

/** The URL parser drops a scheme's default port, so the text itself has to say whether there is one. */
function hasPort(text: string): boolean {
  return /:\d+$/.test(text) && !/^\[[^\]]*$/.test(text);
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
