import { describe, expect, it } from "vitest";
import { parseServerAddress } from "./server-address";

const page = { protocol: "http:", host: "pbx.example:8080", hostname: "pbx.example" };
const securePage = { protocol: "https:", host: "pbx.example", hostname: "pbx.example" };

describe("the server under Advanced", () => {
  it.each([
    ["", "ws://pbx.example:8080/ws", "pbx.example"],
    ["  ", "ws://pbx.example:8080/ws", "pbx.example"],
    ["pbx.example:8080", "ws://pbx.example:8080/ws", "pbx.example"],
    ["other", "ws://other:8080/ws", "other"],
    ["10.0.0.5", "ws://10.0.0.5:8080/ws", "10.0.0.5"],
    ["10.0.0.5:5066", "ws://10.0.0.5:5066/", "10.0.0.5"],
    ["other:80", "ws://other:80/", "other"],
    ["[::1]", "ws://[::1]:8080/ws", "[::1]"],
    ["[::1]:5066", "ws://[::1]:5066/", "[::1]"],
    ["wss://other:7443", "wss://other:7443/", "other"],
    ["ws://other:5066/sip", "ws://other:5066/sip", "other"],
    ["https://other", "wss://other/ws", "other"],
    ["http://other:8080/", "ws://other:8080/ws", "other"],
  ])("reads %j as %s", (typed, url, domain) => {
    expect(parseServerAddress(typed, page)).toMatchObject({ url, domain });
  });

  it("uses wss on a secure page", () => {
    expect(parseServerAddress("", securePage)?.url).toBe("wss://pbx.example/ws");
    expect(parseServerAddress("other:7443", securePage)?.url).toBe("wss://other:7443/");
  });

  it.each(["two words", "user@host", "host/path", "ftp://host", "host:99999", "ws://", "a b:5066"])(
    "refuses %j",
    (typed) => {
      expect(parseServerAddress(typed, page)).toBeUndefined();
    },
  );
});
