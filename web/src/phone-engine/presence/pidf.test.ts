import { describe, expect, it } from "vitest";
import { readPresence } from "./pidf";

const document = (basic: string, more = "") =>
  `<?xml version="1.0"?><presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"
     xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="sip:1002@pbx">
   <tuple id="a"><status><basic>${basic}</basic></status></tuple>${more}</presence>`;
const TALKING = '<dm:person id="p"><rpid:activities><rpid:on-the-phone/></rpid:activities></dm:person>';

describe("a presence document", () => {
  it("says who is there, who talks and who is away", () => {
    expect(readPresence(document("open"))).toEqual({ state: "available" });
    expect(readPresence(document(" closed "))).toEqual({ state: "away" });
    expect(readPresence(document("open", TALKING))).toEqual({ state: "on-the-phone" });
  });

  it("may have a note, which is text and not too long", () => {
    expect(readPresence(document("closed", "<note>Lunch &lt;b&gt;</note>"))?.note).toBe("Lunch <b>");
    expect(readPresence(document("open", `<note>${"x".repeat(999)}</note>`))?.note).toHaveLength(160);
    expect(readPresence(document("open", "<note>  </note>"))?.note).toBeUndefined();
  });

  it.each([
    ["nothing", ""],
    ["no XML", "presence: open"],
    ["broken XML", document("open").slice(0, -5)],
    ["another document", '<presence xmlns="x"><basic>open</basic></presence>'],
    ["no status", '<presence xmlns="urn:ietf:params:xml:ns:pidf"/>'],
    ["endless", document("open", `<note>${"x".repeat(20_000)}</note>`)],
  ])("that is %s says nothing", (_, text) => expect(readPresence(text)).toBeUndefined());
});
