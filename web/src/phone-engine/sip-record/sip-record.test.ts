import { describe, expect, it } from "vitest";
import { callOf, makeHarness, settle, signIn, talkTo } from "../testing/harness";
import { LONGEST_MESSAGE, MOST_CALLS, MOST_MESSAGES, SipRecord } from "./sip-record";
import { withoutSecrets } from "./without-secrets";

const message = (callId: string, method: string, more = "") =>
  `${method} sip:1001@x SIP/2.0\r\nCall-ID: ${callId}\r\nCSeq: 1 ${method}\r\n${more}\r\n`;

describe("the record of a call", () => {
  it("has what was said and heard in it, and nothing of registering", async () => {
    const phone = makeHarness();
    await signIn(phone);
    await talkTo(phone, "1001");
    phone.engine.hangUp(callOf(phone).id);
    await settle();
    const record = phone.engine.recordOf(callOf(phone).sipCallId ?? "");
    const lines = record.map(({ direction, message: text }) => `${direction} ${text.split("\r\n")[0]}`);
    expect(lines[0]).toMatch(/^sent INVITE sip:1001@/);
    expect(lines.some((line) => /^received SIP\/2.0 200/.test(line))).toBe(true);
    expect(lines.some((line) => /^sent ACK/.test(line))).toBe(true);
    expect(lines.at(-1)).toMatch(/^(sent BYE|received SIP\/2.0 200)/);
    expect(record.some(({ message: text }) => /REGISTER/.test(text))).toBe(false);
    expect(record.some(({ message: text }) => /a=ice-pwd:(?!\(removed\))/.test(text))).toBe(false);
    expect(phone.engine.recordOf("nobody")).toEqual([]);
  });

  it("has its limits", () => {
    const record = new SipRecord();
    for (let i = 0; i <= MOST_CALLS; i++) record.note("sent", message(`c${i}`, "INVITE"));
    expect(record.of("c0")).toEqual([]);
    for (let i = 0; i < 2 * MOST_MESSAGES; i++) record.note("received", message("c1", "INFO"));
    expect(record.of("c1")).toHaveLength(MOST_MESSAGES);
    record.note("sent", message("c2", "INFO", "x".repeat(100_000)));
    expect(record.of("c2").at(-1)?.message.length).toBe(LONGEST_MESSAGE);
  });

  it.each(["", "nonsense", message("c", "NOTIFY"), message("c", "REGISTER"), "\0\0", "INVITE\r\nCSeq: 1 INVITE\r\n"])(
    "begins with an INVITE and with nothing else: %s",
    (text) => {
      const record = new SipRecord();
      record.note("received", text);
      expect(record.of("c")).toEqual([]);
    },
  );
});

it.each([
  ['Authorization: Digest username="1002", response="0123"', "Authorization: (removed)"],
  ['proxy-authorization: Digest response="0123"', "proxy-authorization: (removed)"],
  ["Replaces: a;to-tag=b;from-tag=c", "Replaces: (removed)"],
  ["a=ice-pwd:secret", "a=ice-pwd:(removed)"],
  ["a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:secret|2^31", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:(removed)"],
  ["Signal=5", "Signal=(removed)"],
  ["a=ice-ufrag:name", "a=ice-ufrag:name"],
])("is without secrets: %s", (line, expected) => {
  expect(withoutSecrets(`INVITE x SIP/2.0\r\n${line}\r\n\r\n`)).toBe(`INVITE x SIP/2.0\r\n${expected}\r\n\r\n`);
});
