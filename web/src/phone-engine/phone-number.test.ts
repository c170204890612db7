import { describe, expect, it } from "vitest";
import { isDigit, normalizeNumber, readNumber } from "./phone-number";

describe("a typed or pasted number", () => {
  it.each([
    ["1001", "1001"],
    [" 1001 ", "1001"],
    ["+49 (30) 123-45 67", "+49301234567"],
    ["030/123.45", "03012345"],
    ["(030) 123 45", "03012345"],
    ["tel:+49 (0)30 / 123-45", "+493012345"],
    ["0049 (0) 30 12345", "00493012345"],
    ["(0)30 12345", "03012345"],
    ["Tel: +49 30 123", "+4930123"],
    ["tel:+1-201-555-0123;ext=4", "+12015550123"],
    ["tel:%2B4930%20123", "+4930123"],
    ["tel://1002", "1002"],
    ["callto:1002", "1002"],
    ["web+call:1002", "1002"],
    ["web+call://+49%2030", "+4930"],
    ["web+call:sip:alice@pbx.example", "alice"],
    ["*98", "*98"],
    ["9196#", "9196#"],
    ["alice", "alice"],
    ["first.last-2", "first.last-2"],
    ["sip:1001@pbx.example", "1001"],
    ["sips:1001@pbx.example:5061;transport=tls?Subject=Hi", "1001"],
    ["SIP:1001", "1001"],
    ["sip:+49 30 12@host", "+493012"],
    ["sip:1001:secret@host", "1001"],
    ["sip:7a3f@host", "7a3f"],
    ["sip:*97%23@host", "*97#"],
    ['"Bob" <sip:1001@pbx.example>;tag=7', "1001"],
    ["1001@pbx.example", "1001"],
    ["+49\u00a030\u2013123\u201145", "+493012345"],
    ["\u202a+49 30 12\u202c", "+493012"],
    ["\uff11\uff10\uff10\uff12", "1002"],
  ])("%j is dialled as %s", (typed, number) => {
    expect(readNumber(typed)).toEqual({ number });
    expect(normalizeNumber(typed)).toBe(number);
  });

  it.each([
    ["", "empty"],
    ["   ", "empty"],
    ["\u200b", "empty"],
    ["0800-FLOWERS", "letters"],
    ["1 (800) CALL-NOW", "letters"],
    ["+49 30 123 ext. 4", "letters"],
    ["tel:1-800-FLOWERS", "letters"],
    ["two words", "not-a-number"],
    ["<b>1</b>", "not-a-number"],
    ["1;2", "not-a-number"],
    ["1+1", "not-a-number"],
    ["+", "not-a-number"],
    ["()", "not-a-number"],
    ["ö", "not-a-number"],
    ["sip:", "not-a-number"],
    ["tel:;ext=4", "not-a-number"],
    ["sip:1001%0d%0aEvil@host", "not-a-number"],
    ["%", "not-a-number"],
    ["javascript:alert(1)", "not-a-number"],
    ["https://example.com/1", "not-a-number"],
    ["1".repeat(65), "too-long"],
  ])("%j is refused as %s", (typed, problem) => {
    expect(readNumber(typed)).toEqual({ problem });
    expect(normalizeNumber(typed)).toBeUndefined();
  });

  it("knows the keys of a pad", () => {
    expect([..."0123456789*#"].every(isDigit)).toBe(true);
    expect(["a", "", "10", "Enter", "+"].some(isDigit)).toBe(false);
  });
});
