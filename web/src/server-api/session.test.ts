import { describe, expect, it, vi } from "vitest";
import { ServerSession } from "./session";

const SIGNED = {
  extension: "1001",
  name: "Anna",
  sip: { username: "1001~a.1", password: "p", expires: 1_700_000_000_000 },
};

function answering(status: number, body: unknown = {}) {
  const fetch = vi.fn(async () => new Response(typeof body === "string" ? body : JSON.stringify(body), { status }));
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

describe("the session at the server", () => {
  it("gives a credential in place of the password", async () => {
    const fetch = answering(200, SIGNED);
    const { extension, sip: credential } = SIGNED;
    expect(await new ServerSession().open("1001", "secret")).toEqual({ extension, credential });
    expect(fetch).toHaveBeenCalledWith(
      "/api/session",
      expect.objectContaining({ method: "POST", body: '{"extension":"1001","password":"secret"}' }),
    );
  });

  it.each([
    [401, "wrong-password"],
    [403, "server-error"],
    [429, "server-error"],
    [404, "none"],
    [405, "none"],
    [503, "none"],
  ])("answers %i with %s", async (status, problem) => {
    answering(status);
    expect(await new ServerSession().open("1001", "secret")).toBe(problem);
  });

  it.each([
    ["a page", "<html>"],
    ["nothing", "null"],
    ["a credential without a password", { ...SIGNED, sip: { ...SIGNED.sip, password: "" } }],
    ["a time that is none", { ...SIGNED, sip: { ...SIGNED.sip, expires: "soon" } }],
    ["no extension", { sip: SIGNED.sip }],
  ])("takes %s for a server that gives none", async (_, body) => {
    answering(200, body);
    expect(await new ServerSession().open("1001", "secret")).toBe("none");
  });

  it("says that the server cannot be reached", async () => {
    vi.stubGlobal("fetch", vi.fn().mockRejectedValue(new TypeError("Failed to fetch")));
    expect(await new ServerSession().open("1001", "secret")).toBe("server-unreachable");
    await new ServerSession().close();
  });

  it("knows a session that is over from a wrong password", async () => {
    answering(401);
    expect(await new ServerSession().renew()).toBe("session-ended");
  });
});
