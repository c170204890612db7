import { describe, expect, it, vi } from "vitest";
import { askForStory } from "./story";

function answering(status: number, body: unknown) {
  const fetch = vi.fn(async () => new Response(JSON.stringify(body), { status }));
  vi.stubGlobal("fetch", fetch);
  return fetch;
}
const MESSAGE = { at: 1_700_000_000_000, leg: "own", direction: "in", message: "INVITE sip:1002@pbx SIP/2.0\r\n\r\n" };

describe("the story of a call", () => {
  it("is asked for by the Call-ID, and read", async () => {
    const fetch = answering(200, { callId: "a/b", complete: true, messages: [MESSAGE] });
    expect(await askForStory("a/b")).toEqual({ value: { complete: true, messages: [MESSAGE] } });
    expect(fetch).toHaveBeenCalledWith("/api/calls/a%2Fb/story", expect.anything());
  });

  it("leaves out what cannot be shown", async () => {
    const broken = [null, 1, { ...MESSAGE, leg: "third" }, { ...MESSAGE, at: "now" }, { ...MESSAGE, message: 7 }];
    answering(200, { messages: [...broken, MESSAGE] });
    expect(await askForStory("x")).toEqual({ value: { complete: false, messages: [MESSAGE] } });
  });

  it("is not there any more, or not for us", async () => {
    answering(404, { error: "…" });
    expect(await askForStory("x")).toEqual({ problem: "not-found" });
    answering(200, { messages: {} });
    expect(await askForStory("x")).toEqual({ problem: "nonsense" });
  });
});
