import { describe, expect, it } from "vitest";
import { audioDirection, holdsUs } from "./media/direction";
import { waitingVoiceMessages } from "./message-waiting";

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
