import { describe, expect, it, vi } from "vitest";
import { askForDirectory } from "./directory";

function answering(status: number, body: unknown) {
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify(body), { status }));
}

describe("the directory of the server", () => {
  it("lists who can be called", async () => {
    answering(200, { extensions: [{ extension: "1001", name: "Anna <b>" }, { extension: "1002" }] });
    expect(await askForDirectory()).toEqual({
      value: [
        { number: "1001", name: "Anna <b>" },
        { number: "1002", name: "" },
      ],
    });
  });

  it("leaves out what has no number, and believes nothing else", async () => {
    answering(200, { extensions: [null, 7, { name: "nobody" }, { extension: 1003 }, { extension: "1004", name: 4 }] });
    expect(await askForDirectory()).toEqual({ value: [{ number: "1004", name: "" }] });
    answering(200, { extensions: "all" });
    expect(await askForDirectory()).toEqual({ problem: "nonsense" });
  });

  it("says when the session is over", async () => {
    answering(401, { error: "…" });
    expect(await askForDirectory()).toEqual({ problem: "signed-out" });
  });
});
