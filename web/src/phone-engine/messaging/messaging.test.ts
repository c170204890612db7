import { beforeEach, describe, expect, it } from "vitest";
import { type Harness, makeHarness, settle, signIn, talkTo } from "../testing/harness";
import { headerOf } from "../testing/sip-message";
import { LONGEST_MESSAGE, type MessageOutcome, type ReceivedMessage } from "./message";

let phone: Harness;
let received: ReceivedMessage[];
beforeEach(async () => {
  phone = makeHarness();
  received = [];
  phone.engine.subscribeMessages((message) => received.push(message));
  await signIn(phone);
});

const TEXT = ["Content-Type: text/plain;charset=utf-8"];
const WORDS = 'Grüße, 你好 👋\r\n\t"quoted" <b>bold</b>';

/** What the phone has answered. */
async function receive(body: string, headers = TEXT, from?: string) {
  phone.server.request("MESSAGE", { body, headers, ...(from && { from }) });
  await settle();
  return phone.server.responses.at(-1);
}

async function send(text: string, answer: (request: ReturnType<typeof phone.server.last>) => void) {
  let outcome: MessageOutcome | undefined;
  void phone.engine.sendMessage("1001", text).then((it) => {
    outcome = it;
  });
  await settle();
  answer(phone.server.last("MESSAGE"));
  await settle();
  return outcome;
}

describe("a message that comes in", () => {
  it("is answered and told, byte for byte, with who wrote it", async () => {
    const response = await receive(WORDS, TEXT, '"Alice" <sip:1001@localhost>');
    expect(response?.status).toBe(200);
    expect(received).toMatchObject([{ from: { number: "1001", name: "Alice" }, text: WORDS }]);
  });

  it("says when it was sent, but never that this is still to come", async () => {
    await receive("one", [...TEXT, "Date: Sat, 13 Nov 2010 23:29:00 GMT"]);
    await receive("two", [...TEXT, "Date: Sat, 13 Nov 2100 23:29:00 GMT"]);
    expect(received[0]?.sentAt).toBe(Date.UTC(2010, 10, 13, 23, 29));
    expect(received[1]?.sentAt).toBe(Date.now());
  });

  it.each(["text/html", "text/plain;charset=iso-8859-1", "application/im-iscomposing+xml", "message/cpim"])(
    "is refused as %s",
    async (type) => {
      expect((await receive("<b>x</b>", [`Content-Type: ${type}`]))?.status).toBe(415);
      expect(received).toEqual([]);
    },
  );

  it("is refused if it is packed", async () => {
    expect((await receive("x", [...TEXT, "Content-Encoding: gzip"]))?.status).toBe(415);
    expect(received).toEqual([]);
  });

  it("is taken within a call too", async () => {
    const invite = await talkTo(phone, "1001");
    phone.server.request("MESSAGE", { dialog: phone.server.dialogOf(invite), body: "psst", headers: TEXT, cseq: 1 });
    await settle();
    expect(phone.server.responses.at(-1)?.status).toBe(200);
    expect(received.map(({ text }) => text)).toEqual(["psst"]);
  });
});

describe("a message that goes out", () => {
  it("carries the text as it is", async () => {
    const outcome = await send(WORDS, (request) => {
      expect(request.uri).toBe("sip:1001@localhost");
      expect(headerOf(request, "content-type")).toBe("text/plain;charset=utf-8");
      expect(request.body).toBe(WORDS);
      phone.server.respond(request, 200);
    });
    expect(outcome).toEqual({ kind: "delivered" });
  });

  it.each([
    [202, { kind: "kept" }],
    [404, { kind: "failed", reason: "unknown-number" }],
    [480, { kind: "failed", reason: "not-kept" }],
    [413, { kind: "failed", reason: "too-long" }],
    [603, { kind: "failed", reason: "declined" }],
    [415, { kind: "failed", reason: "no-text" }],
    [503, { kind: "failed", reason: "connection" }],
    [500, { kind: "failed", reason: "failed" }],
  ])("understands the answer %i", async (status, outcome) => {
    expect(await send("hello", (request) => phone.server.respond(request, status))).toEqual(outcome);
  });

  it("does not leave the phone if it is longer than the server takes, counted in bytes", async () => {
    const outcome = await phone.engine.sendMessage("1001", "ü".repeat(LONGEST_MESSAGE / 2 + 1));
    expect(outcome).toEqual({ kind: "failed", reason: "too-long" });
    expect(phone.server.all("MESSAGE")).toEqual([]);
  });

  it("may hold half a character", async () => {
    const outcome = await send("\ud83d!", (request) => {
      expect(request.body).toBe("\ufffd!");
      phone.server.respond(request, 200);
    });
    expect(outcome).toEqual({ kind: "delivered" });
  });

  it("fails at once without a connection", async () => {
    phone.server.vanish();
    await settle();
    expect(await phone.engine.sendMessage("1001", "hello")).toEqual({ kind: "failed", reason: "connection" });
  });
});
