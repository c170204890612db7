import { describe, expect, it } from "vitest";
import { oldShelves, sourceOf } from "./shelf";

const ORIGIN = "https://pbx.example.com";
const FILES = new Set(["/", "/assets/index-1.js", "/icons/icon-192.png"]);
const asked = (path: string, more: { method?: string; mode?: string } = {}) =>
  sourceOf({ method: "GET", mode: "no-cors", url: new URL(path, ORIGIN).href, ...more }, FILES, ORIGIN);

describe("the service worker", () => {
  it("gives the page from the server while there is one", () => {
    expect(asked("/", { mode: "navigate" })).toBe("server-first");
    expect(asked("/?dial=1001", { mode: "navigate" })).toBe("server-first");
  });

  it("gives the files of the page from where they are kept", () => {
    expect(asked("/assets/index-1.js")).toBe("kept-first");
  });

  it.each(["/server.json", "/api", "/api/account", "/api/../api/calls", "/metrics", "/assets/index-2.js", "/ws"])(
    "leaves %s to the browser",
    (path) => expect(asked(path)).toBe("browser"),
  );

  it("leaves what changes something, other pages and other servers to the browser", () => {
    expect(asked("/", { method: "POST", mode: "navigate" })).toBe("browser");
    expect(asked("/embed.html", { mode: "navigate" })).toBe("browser");
    expect(asked("https://elsewhere.example/assets/index-1.js")).toBe("browser");
    expect(asked("/assets/index-1.js?session=1")).toBe("browser");
  });

  it("throws old versions away but the last, for a tab that is still of that one, and nothing of others", () => {
    const names = ["webcalling-phone-1", "somebody-elses", "webcalling-phone-2", "webcalling-phone-3"];
    expect(oldShelves(names, "webcalling-phone-3")).toEqual(["webcalling-phone-1"]);
    expect(oldShelves(["webcalling-phone-3"], "webcalling-phone-3")).toEqual([]);
  });
});
