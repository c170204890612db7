import { describe, expect, it } from "vitest";
import { readDialogs } from "./dialog-info";

const info = (dialogs: string, state = "full") =>
  `<?xml version="1.0"?><dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="1" state="${state}"
    entity="sip:1002@localhost">${dialogs}</dialog-info>`;

const dialog = ({ state = "confirmed", callId = "c1", display = ' display="Bob"' } = {}) => `
  <dialog id="d1" call-id="${callId}" local-tag="l" remote-tag="r" direction="initiator">
    <state>${state}</state>
    <local><identity>sip:1002@localhost</identity><target uri="sip:abc@x.invalid;transport=ws"/></local>
    <remote><identity${display}>sip:1001@localhost</identity><target uri="sip:1001@localhost"/></remote>
  </dialog>`;

describe("a dialog-info document", () => {
  it("tells who is talked with, and by which phone", () => {
    expect(readDialogs(info(dialog()))).toEqual([
      {
        id: "d1",
        callId: "c1",
        localTag: "l",
        remoteTag: "r",
        contact: "abc",
        direction: "outgoing",
        peer: { number: "1001", name: "Bob" },
      },
    ]);
    expect(readDialogs(info(dialog({ display: "" })))?.[0]?.peer).toEqual({ number: "1001", name: undefined });
    expect(readDialogs(info(""))).toEqual([]);
  });

  it.each([
    ["rings only", dialog({ state: "early" })],
    ["is over", dialog({ state: "terminated" })],
    ["has no name", dialog({ callId: "" })],
    ["would write into a header", dialog({ callId: "c1&#13;&#10;Evil: 1" })],
    ["has no state", "<dialog id='d1' call-id='c' local-tag='l' remote-tag='r'/>"],
  ])("offers no call that %s", (_, xml) => {
    expect(readDialogs(info(xml))).toEqual([]);
  });

  it("is text, whatever is in it", () => {
    const [found] = readDialogs(info(dialog({ display: ' display="&lt;b&gt;Bob&lt;/b&gt;"' }))) ?? [];
    expect(found?.peer.name).toBe("<b>Bob</b>");
  });

  it.each([
    "",
    "nonsense",
    "<presence xmlns='urn:ietf:params:xml:ns:pidf'/>",
    info(dialog(), "partial"),
    "x".repeat(70_000),
  ])("that is none is nothing: %.20s", (document) => {
    expect(readDialogs(document)).toBeUndefined();
  });
});
