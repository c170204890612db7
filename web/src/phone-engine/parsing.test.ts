import { describe, expect, it } from "vitest";
import { audioDirection, holdsUs } from "./media/direction";
import { waitingVoiceMessages } from "./message-waiting";
import { isDigit, normalizeNumber } from "./phone-number";

describe("a typed number", () => {
  it.each([
    ["1001", "1001"],
    [" 1001 ", "1001"],
    ["+49 (30) 123-45 67", "+49301234567"],
    ["030/123.45", "03012345"],
    ["*98", "*98"],
    ["9196#", "9196#"],
    ["alice", "alice"],
    ["sip:1001@pbx.example", "1001"],
    ["first.last-2", "first.last-2"],
  ])("%j is dialled as %s", (typed, number) => {
    expect(normalizeNumber(typed)).toBe(number);
  });

  it.each(["", "   ", "two words", "<b>1</b>", "1;2", "()", "ö", "1".repeat(65)])("%j is not dialled", (typed) => {
    expect(normalizeNumber(typed)).toBeUndefined();
  });

  it("knows the keys of a pad", () => {
    expect([..."0123456789*#"].every(isDigit)).toBe(true);
    expect(["a", "", "10", "Enter", "+"].some(isDigit)).toBe(false);
  });
});

describe("a message summary", () => {
  it.each([
    ["Messages-Waiting: no\r\nMessage-Account: sip:1002@10.105.10.116\r\n", 0],
    ["Messages-Waiting: yes\r\nVoice-Message: 2/8 (0/2)\r\n", 2],
    ["Messages-Waiting: yes\r\n", 1],
    ["messages-waiting: YES\nvoice-message : 4/0\n", 4],
    ["", 0],
    ["Voice-Message: many/lots", 0],
  ])("%j has %i new", (body, count) => {
    expect(waitingVoiceMessages(body)).toBe(count);
  });
});

describe("the direction of audio", () => {
  it.each([
    ["v=0\r\nm=audio 9 RTP/AVP 0\r\na=sendonly\r\n", "sendonly"],
    ["v=0\r\na=sendrecv\r\nm=audio 9 RTP/AVP 0\r\na=sendonly\r\n", "sendonly"],
    ["v=0\r\na=inactive\r\nm=audio 9 RTP/AVP 0\r\n", "inactive"],
    ["v=0\r\nm=video 9 RTP/AVP 96\r\na=inactive\r\nm=audio 9 RTP/AVP 0\r\na=recvonly\r\n", "recvonly"],
    ["v=0\nm=audio 9 RTP/AVP 0\n", "sendrecv"],
    ["", "sendrecv"],
  ])("%j is %s", (sdp, direction) => {
    expect(audioDirection(sdp)).toBe(direction);
  });

  it("puts us on hold when nothing is received from us", () => {
    expect(holdsUs("sendonly") && holdsUs("inactive")).toBe(true);
    expect(holdsUs("sendrecv") || holdsUs("recvonly")).toBe(false);
  });
});
