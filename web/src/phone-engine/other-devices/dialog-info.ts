/** A call that the extension talks on with another phone of its own, and that can come to this one. */
export interface OtherCall {
  /** Tells it apart from all others, for as long as it lasts. */
  id: string;
  direction: "outgoing" | "incoming";
  peer: { number: string; name?: string };
}

/** As the server tells it (RFC 4235 section 4.1), with what Replaces needs. */
export interface Dialog extends OtherCall {
  callId: string;
  /** Of the phone that has it now. */
  localTag: string;
  remoteTag: string;
  /** The user part of that phone's Contact. */
  contact: string;
}

const LONGEST_DOCUMENT = 65_536;
const DIALOG_INFO = "urn:ietf:params:xml:ns:dialog-info";
/** They go into a header. */
const TOKEN = /^[^\s;,<>"]+$/;

/** The confirmed dialogs of a complete document that can be named in Replaces; undefined for anything that is none. */
export function readDialogs(document: string): readonly Dialog[] | undefined {
  if (document.length > LONGEST_DOCUMENT) return undefined;
  const xml = new DOMParser().parseFromString(document, "application/xml");
  const root = xml.documentElement;
  const isInfo = root.localName === "dialog-info" && root.namespaceURI === DIALOG_INFO;
  if (xml.querySelector("parsererror") || !isInfo || root.getAttribute("state") !== "full") return undefined;
  return [...root.children].flatMap(readDialog);
}

function readDialog(dialog: Element): Dialog[] {
  const words = ["id", "call-id", "local-tag", "remote-tag"].map((name) => dialog.getAttribute(name) ?? "");
  const [id = "", callId = "", localTag = "", remoteTag = ""] = words;
  const identity = dialog.querySelector(":scope > remote > identity");
  const number = userOf(identity?.textContent);
  const contact = userOf(dialog.querySelector(":scope > local > target")?.getAttribute("uri"));
  const isConfirmed = dialog.querySelector(":scope > state")?.textContent?.trim() === "confirmed";
  if (!isConfirmed || number === undefined || contact === undefined || !words.every((word) => TOKEN.test(word)))
    return [];
  const name = identity?.getAttribute("display")?.trim() || undefined;
  const direction = dialog.getAttribute("direction") === "initiator" ? "outgoing" : "incoming";
  return [{ id, callId, localTag, remoteTag, contact, direction, peer: { number, name } }];
}

function userOf(uri: string | null | undefined): string | undefined {
  return /^sips?:([^@;?]+)@/i.exec(uri?.trim() ?? "")?.[1];
}
