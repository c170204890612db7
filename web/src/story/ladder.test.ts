import { describe, expect, it } from "vitest";
import { text } from "../languages/text";
import type { StoryMessage } from "../server-api/story";
import { isOver, ladderOf } from "./ladder";
import { sentenceOf, storyFile } from "./phrases";

const SDP = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\na=rtpmap:111 opus/48000/2\r\na=fingerprint:sha-256 AB\r\n";
const HELD = `${SDP}a=sendonly\r\n`;

function request(method: string, { to = "<sip:1002@pbx>", headers = "", body = "", cseq = 1 } = {}): string {
  const from = 'From: "Anna" <sip:1001@pbx>;tag=a';
  return `${method} sip:1002@pbx SIP/2.0\r\n${from}\r\nTo: ${to}\r\nCSeq: ${cseq} ${method}\r\n${headers}\r\n${body}`;
}
function response(status: string, method = "INVITE", body = ""): string {
  return `SIP/2.0 ${status}\r\nf: <sip:1001@pbx>;tag=a\r\nt: <sip:1002@pbx>;tag=b\r\nCSeq: 1 ${method}\r\n\r\n${body}`;
}

const WAYS = {
  "you→": ["own", "in"],
  "→you": ["own", "out"],
  "other→": ["far", "in"],
  "→other": ["far", "out"],
} as const;
/** Ten milliseconds apart. */
function story(...steps: [keyof typeof WAYS, string][]): { messages: StoryMessage[] } {
  const messages = steps.map(([way, message], index): StoryMessage => {
    const [leg, direction] = WAYS[way];
    return { at: 1_700_000_000_000 + index * 10, leg, direction, message };
  });
  return { messages };
}

const CALL = story(
  ["you→", request("INVITE", { body: SDP })],
  ["→you", response("407 Proxy Authentication Required")],
  ["you→", request("ACK")],
  ["you→", request("INVITE", { cseq: 2, body: SDP })],
  ["→you", response("100 Trying")],
  ["→other", request("INVITE", { to: "<sip:1002@10.0.0.7>" })],
  ["other→", response("180 Ringing")],
  ["→you", response("183 Session Progress", "INVITE", SDP)],
  ["other→", response("200 OK", "INVITE", SDP.replace(/a=fingerprint.*\r\n/, ""))],
  ["→you", response("200 OK", "INVITE", SDP)],
  ["you→", request("BYE", { to: "<sip:1002@pbx>;tag=b" })],
  ["→you", response("200 OK", "BYE")],
);
const sentences = (...args: Parameters<typeof story>) => ladderOf(story(...args)).map((rung) => sentenceOf(text, rung));

describe("the ladder of a call", () => {
  it("has an arrow and a sentence for each message", () => {
    const rungs = ladderOf(CALL);
    expect(rungs.map(({ from, to, label }) => `${from} ${label} ${to}`).slice(0, 8)).toEqual([
      "you INVITE server",
      "server 407 Proxy Authentication Required you",
      "you ACK server",
      "you INVITE server",
      "server 100 Trying you",
      "server INVITE other",
      "other 180 Ringing server",
      "server 183 Session Progress you",
    ]);
    expect(rungs.map((rung) => sentenceOf(text, rung))).toEqual([
      "A call to 1002.",
      "Proof of who is calling is asked for.",
      "Received.",
      "A call to 1002.",
      "It is being worked on.",
      "A call to 1002.",
      "It rings.",
      "Sound is there before the answer.",
      "Answered: opus, not encrypted.",
      "Answered: opus, encrypted.",
      "Hung up.",
      "Agreed.",
    ]);
    expect(rungs.map(({ after }) => after).slice(0, 3)).toEqual([0, 10, 20]);
    expect(rungs.map(({ tone }) => tone).slice(0, 5)).toEqual(["request", "refusal", "request", "request", "progress"]);
  });

  it("shows what was sent again once", () => {
    const invite = request("INVITE", { to: "<sip:1002@10.0.0.7>" });
    const rungs = ladderOf(
      story(["→other", invite], ["→other", invite], ["→other", invite], ["other→", response("180 R")]),
    );
    expect(rungs.map(({ label, again }) => [label, again])).toEqual([
      ["INVITE", 2],
      ["180 R", 0],
    ]);
  });

  it("tells hold, resume, taking over, transfer and refresh apart", () => {
    const to = "<sip:1002@pbx>;tag=b";
    expect(
      sentences(
        ["you→", request("INVITE", { to, body: HELD })],
        ["you→", request("INVITE", { to, body: SDP })],
        ["you→", request("INVITE", { headers: "Replaces: x;to-tag=a;from-tag=b\r\n", body: SDP })],
        ["you→", request("REFER", { to, headers: "Refer-To: <sip:1003@pbx>\r\n" })],
        ["→other", request("UPDATE", { to })],
      ),
    ).toEqual([
      "The call is put on hold.",
      "What is heard is agreed on anew.",
      "The call is taken over by another page or phone.",
      "The call shall go to 1003.",
      "A sign that the call goes on.",
    ]);
  });

  it.each([
    ["486 Busy Here", "Busy."],
    ["603 Decline", "Declined."],
    ["404 Not Found", "This number does not exist."],
    ["480 Gone Away", "Nobody is there, or nobody answers."],
    ["481 Unknown", "The call is not known here any more."],
    ["488 Not Acceptable Here", "No common way to send sound."],
    ["599 Made Up", "Refused: 599 Made Up"],
    ["181 Forwarded", "It goes on: 181 Forwarded"],
  ])("says what %s means", (status, sentence) => expect(sentences(["→you", response(status)])).toEqual([sentence]));

  it("has a sentence for a method that nobody knows, and stands nonsense", () => {
    expect(sentences(["you→", request("FROBNICATE")])).toEqual(["FROBNICATE"]);
    expect(() => sentences(["you→", ""], ["you→", "\r\n\r\n"], ["you→", "x"], ["→you", "SIP/2.0 200"])).not.toThrow();
  });

  it("knows when nothing more is to come", () => {
    expect(isOver(CALL)).toBe(true);
    expect(isOver({ messages: CALL.messages.slice(0, -2) })).toBe(false);
    const invite = request("INVITE");
    const refused = (status: string) => isOver(story(["you→", invite], ["→you", response(status)]));
    expect(["486 Busy Here", "603 Decline", "487 Request Terminated"].map(refused)).toEqual([true, true, true]);
    expect(["407 Proxy Authentication Required", "183 Session Progress"].map(refused)).toEqual([false, false]);
    expect(isOver({ messages: [] })).toBe(false);
  });

  it("does not take the end of something else for the end of the call", () => {
    const talk = [
      ["you→", request("INVITE")],
      ["→you", response("200 OK")],
    ] as Parameters<typeof story>;
    // One of several phones that rang, and a change that was refused.
    expect(isOver(story(...talk, ["→other", request("CANCEL")], ["other→", response("487 R")]))).toBe(false);
    expect(isOver(story(...talk, ["→you", response("491 Request Pending")]))).toBe(false);
    const otherPhone = (message: string) => message.replace("CSeq", "Call-ID: another\r\nCSeq");
    expect(
      isOver(story(...talk, ["→you", otherPhone(request("INVITE"))], ["you→", otherPhone(response("487 R"))])),
    ).toBe(false);
  });

  it("goes into a file with the sentences and the messages", () => {
    const file = storyFile(text, ladderOf(CALL));
    expect(file).toContain("Call story\n");
    expect(file).toMatch(/\+0\.060 s {2}Other side .+ WebCalling {2}180 Ringing\n +It rings\./);
    expect(file).toContain("---- +0.100 s You → WebCalling\nBYE sip:1002@pbx SIP/2.0\n");
    expect(file).not.toContain("\r");
  });

  it("leaves out of the file what would let others speak for the phone, and the keys", () => {
    const names = "Call-ID: abcdefgh-ijkl@host\r\nReplaces: secretid;to-tag=secretone;from-tag=secrettwo\r\n";
    const file = storyFile(
      text,
      ladderOf(
        story(
          ["you→", request("INVITE", { to: "<sip:1002@pbx>;tag=toosecret", headers: names })],
          ["you→", request("INFO", { headers: "i: abcdefgh-ijkl@host\r\n", body: "Signal=7\r\n" })],
          ["you→", request("REFER", { headers: "Refer-To: <sip:1003@pbx?Replaces=secretid%3Bto-tag%3Dx>\r\n" })],
        ),
      ),
    );
    for (const secret of ["ijkl", "secret", "Signal"]) expect(file).not.toContain(secret);
    expect(file).toContain("Call-ID: abcdefgh(removed)");
    expect(file).toContain("tag=too(removed)");
  });
});
