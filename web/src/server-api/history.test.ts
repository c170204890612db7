import { describe, expect, it, vi } from "vitest";
import { askForFeatures } from "./config";
import { serverHistory } from "./history";

const CALL = {
  id: "4710",
  direction: "in",
  missed: true,
  number: "1002",
  name: "Bob",
  began: 1_700_000_000_000,
  answered: null,
  ended: 1_700_000_012_000,
  cause: "cancelled",
  callId: "3b1f",
  note: null,
};
const QUALITY = {
  seconds: 7,
  receiving: { averageMos: 4.1, worstMos: 3.9, lossPercent: 1.5, jitterMs: 3 },
  sending: undefined,
  roundTripMs: { average: 20, worst: 40 },
  setUp: { ringingMs: 180, soundMs: undefined },
};

function answering(status: number, body?: unknown) {
  const fetch = vi.fn(async () => new Response(status === 204 ? null : JSON.stringify(body), { status }));
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

describe("the history at the server", () => {
  it("is asked for with what is wanted, and read", async () => {
    const fetch = answering(200, { more: true, calls: [CALL] });
    const { note: _, answered: __, ...rest } = CALL;
    expect(await serverHistory.list({ before: "9", direction: "missed", search: "b&b" })).toEqual({
      value: { more: true, calls: [rest] },
    });
    expect(fetch).toHaveBeenCalledWith("/api/history?before=9&direction=missed&search=b%26b", expect.anything());
  });

  it("leaves out an entry that cannot be read, and a quality that is none", async () => {
    const odd = [{ ...CALL, id: 5 }, { ...CALL, direction: "up" }, { ...CALL, began: 1e300 }, null];
    answering(200, { calls: [...odd, { ...CALL, note: { mos: 4 } }] });
    const answer = await serverHistory.list({});
    expect(answer).toMatchObject({ value: { more: false, calls: [{ id: "4710", quality: undefined }] } });
  });

  it("keeps numbers only, and gives them back", async () => {
    const fetch = answering(204);
    const quality = { ...QUALITY, codec: "opus", trouble: "delay" } as const;
    expect(await serverHistory.keepQuality("4710", quality)).toEqual({ value: true });
    expect(fetch).toHaveBeenCalledWith(
      "/api/history/4710/quality",
      expect.objectContaining({ method: "PUT", body: JSON.stringify(QUALITY) }),
    );
    answering(200, { calls: [{ ...CALL, note: QUALITY }] });
    expect(await serverHistory.list({})).toMatchObject({ value: { calls: [{ quality: QUALITY }] } });
  });

  it.each([
    [401, "signed-out"],
    [503, "unreachable"],
    [429, "unreachable"],
    [404, "not-found"],
    [200, "nonsense"],
  ])("answers %i with %s", async (status, problem) => {
    answering(status, {});
    expect(await serverHistory.list({})).toEqual({ problem });
  });

  it("is unreachable without a network", async () => {
    vi.stubGlobal("fetch", vi.fn().mockRejectedValue(new TypeError("Failed to fetch")));
    expect(await serverHistory.clear()).toEqual({ problem: "unreachable" });
  });
});

describe("what the server can do", () => {
  it("is a list of names", async () => {
    answering(200, { product: "WebCalling", features: ["history", 4, "audio-check"] });
    expect(await askForFeatures()).toEqual({ value: ["history", "audio-check"] });
  });

  it.each([[{ product: "Another", features: [] }], [{ product: "WebCalling" }], [null]])(
    "is nonsense of another server: %j",
    async (body) => {
      answering(200, body);
      expect(await askForFeatures()).toEqual({ problem: "nonsense" });
    },
  );
});
