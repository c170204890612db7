/** How somebody stands, as far as the server tells. */
export interface Presence {
  state: "available" | "on-the-phone" | "away";
  /** What they say of themselves. */
  note?: string;
}

const LONGEST_DOCUMENT = 16_384;
const LONGEST_NOTE = 160;
const PIDF = "urn:ietf:params:xml:ns:pidf";
const RPID = "urn:ietf:params:xml:ns:pidf:rpid";

/**
 * A presence document (RFC 3863) with the activity of RFC 4480; undefined for anything that is none. Open is who has an
 * open tuple; who talks is there, whatever else the document says.
 */
export function readPresence(document: string): Presence | undefined {
  if (document.length > LONGEST_DOCUMENT) return undefined;
  const xml = new DOMParser().parseFromString(document, "application/xml");
  const root = xml.documentElement;
  if (xml.querySelector("parsererror") || root.localName !== "presence" || root.namespaceURI !== PIDF) return undefined;
  const basics = [...root.getElementsByTagNameNS(PIDF, "basic")].map((basic) => basic.textContent?.trim());
  if (basics.length === 0) return undefined;
  const note = root.getElementsByTagNameNS(PIDF, "note")[0]?.textContent?.trim().slice(0, LONGEST_NOTE) || undefined;
  if (root.getElementsByTagNameNS(RPID, "on-the-phone").length > 0) return { state: "on-the-phone", note };
  return { state: basics.includes("open") ? "available" : "away", note };
}
