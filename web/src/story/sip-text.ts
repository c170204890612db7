/** What is to be known of a SIP message to tell what it means. It was read by the server before: nothing is checked. */
export interface SipText {
  /** Of a request; of a response that of its CSeq. */
  method: string;
  /** 0 for a request. */
  status: number;
  reason: string;
  /** Of the Request-URI: the number that is called. */
  user: string;
  header(name: string): string;
  body: string;
}

/** Compact forms (RFC 3261 section 7.3.3) of the headers that are asked for. */
const COMPACT: Record<string, string> = {
  t: "to",
  f: "from",
  i: "call-id",
  m: "contact",
  l: "content-length",
  r: "refer-to",
};

export function readSipText(message: string): SipText {
  const [head = "", ...rest] = message.split(/\r?\n\r?\n/);
  const [start = "", ...lines] = head.split(/\r?\n/);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, written = "", value = ""] = /^([^:\s]+)\s*:\s*(.*)$/.exec(line) ?? [];
    const name = COMPACT[written.toLowerCase()] ?? written.toLowerCase();
    if (name !== "" && !headers.has(name)) headers.set(name, value);
  }
  const header = (name: string) => headers.get(name) ?? "";
  const [, status, reason = ""] = /^SIP\/2\.0 (\d{3}) ?(.*)$/.exec(start) ?? [];
  const [method = "", uri = ""] = start.split(" ");
  return {
    method: status === undefined ? method : (header("cseq").split(/\s+/)[1] ?? ""),
    status: Number(status ?? 0),
    reason,
    user: decodeUser(/^sips?:([^@;>]+)@/.exec(uri)?.[1] ?? ""),
    header,
    body: rest.join("\r\n\r\n"),
  };
}

function decodeUser(user: string): string {
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}
