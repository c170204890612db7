/** A SIP message as the scripted server sees it: enough of a parser for messages that SIP.js writes. */
export interface SipMessage {
  /** Empty for a response. */
  method: string;
  /** 0 for a request. */
  status: number;
  uri: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: string;
}

export function parseSip(text: string): SipMessage {
  const end = text.indexOf("\r\n\r\n");
  const [first = "", ...lines] = text.slice(0, end).split("\r\n");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const;
  });
  const [one = "", two = ""] = first.split(" ");
  const response = one === "SIP/2.0";
  return {
    method: response ? "" : one,
    status: response ? Number(two) : 0,
    uri: response ? "" : two,
    headers,
    body: text.slice(end + 4),
  };
}

export function headerOf(message: SipMessage, name: string): string {
  return message.headers.find(([found]) => found.toLowerCase() === name.toLowerCase())?.[1] ?? "";
}

export function writeSip(first: string, headers: readonly string[], body = ""): string {
  return [first, ...headers, `Content-Length: ${new TextEncoder().encode(body).length}`, "", body].join("\r\n");
}
