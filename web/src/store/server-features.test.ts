import { expect, it, vi } from "vitest";
import { fakeEngine } from "./fake-engine";
import { createPhone } from "./phone-store";
import { createServerFeatures } from "./server-features";

const identity = { extension: "1002", address: "sip:1002@localhost", server: "localhost", session: true };

it("knows what the server can do as long as its session is open", async () => {
  const engine = fakeEngine({ registration: { kind: "connecting" }, identity });
  const server = createServerFeatures(createPhone(engine), async () => ({ value: ["history"] }));
  engine.become({ registration: { kind: "registered" } });
  await vi.waitFor(() => expect(server.getState().features).toEqual(["history"]));
  engine.become({ registration: { kind: "signed-out" } });
  expect(server.getState().features).toEqual([]);
});

it("asks nothing where there is no session", () => {
  const askServer = vi.fn(async () => ({ value: [] }));
  const engine = fakeEngine({ registration: { kind: "connecting" }, identity: { ...identity, session: false } });
  createServerFeatures(createPhone(engine), askServer);
  engine.become({ registration: { kind: "registered" } });
  expect(askServer).not.toHaveBeenCalled();
});
