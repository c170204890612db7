import { beforeEach, describe, expect, it, vi } from "vitest";
import { handleCallLinks, takeDialLink } from "./dial-link";
import { type FakeEngine, fakeEngine } from "./fake-engine";
import { listenToKeyboard } from "./keyboard";
import { createPhone, type Phone } from "./phone-store";

let engine: FakeEngine;
let phone: Phone;

beforeEach(() => {
  engine = fakeEngine();
  phone = createPhone(engine);
});

const request = () => phone.store.getState().dialRequest;

function open(path: string): URL {
  const replaceState = vi.fn();
  takeDialLink(phone, { location: { href: `http://localhost:8080${path}` }, history: { replaceState } } as never);
  return replaceState.mock.calls[0]?.[2] ?? new URL(`http://localhost:8080${path}`);
}

describe("a dial link", () => {
  it.each([
    ["/?dial=1001", "1001"],
    ["/?dial=tel%3A%2B49%20(0)30%20123", "+4930123"],
    ["/?dial=web%2Bcall%3A1001", "1001"],
    ["/?dial=sip%3Aalice%40pbx.example", "alice"],
  ])("%s asks whether to call %s, and never calls", (path, number) => {
    open(path);
    expect(request()).toEqual({ number });
    expect(engine.dial).not.toHaveBeenCalled();
  });

  it("leaves the address, and nothing else does", () => {
    expect(open("/?dial=1001&theme=dark#settings").href).toBe("http://localhost:8080/?theme=dark#settings");
  });

  it.each(["/", "/?dial=", "/?other=1001"])("%s asks nothing", (path) => {
    open(path);
    expect(request()).toBeUndefined();
  });

  it("with no number in it says so, and cannot be agreed to", () => {
    open("/?dial=%3Cimg%20src%3Dx%3E");
    expect(request()).toEqual({ number: "<img src=x>", error: "not-a-number" });
    phone.commands.acceptDialRequest();
    expect(engine.dial).not.toHaveBeenCalled();
  });

  it("is called once the user agrees", () => {
    open("/?dial=1001");
    phone.commands.acceptDialRequest();
    expect(engine.dial).toHaveBeenCalledWith("1001");
    expect(request()).toBeUndefined();
  });

  it("is forgotten if the user does not", () => {
    open("/?dial=1001");
    phone.commands.refuseDialRequest();
    expect(engine.dial).not.toHaveBeenCalled();
    expect(request()).toBeUndefined();
  });

  it("says why it cannot be called now, and can be agreed to again", () => {
    open("/?dial=1001");
    engine.become({ registration: { kind: "reconnecting" } });
    phone.commands.acceptDialRequest();
    expect(request()).toEqual({ number: "1001", error: "not-registered" });
    engine.become({ registration: { kind: "registered" } });
    phone.commands.acceptDialRequest();
    expect(engine.dial).toHaveBeenCalledTimes(1);
  });

  it("keeps the keyboard to itself while it asks", () => {
    const stop = listenToKeyboard(phone, document);
    open("/?dial=1001");
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "5", bubbles: true }));
    expect(phone.store.getState().pad.open).toBe(false);
    stop();
  });
});

describe("the browser's handlers", () => {
  it("are asked to bring call links here", () => {
    const registerProtocolHandler = vi.fn();
    const navigator = { registerProtocolHandler } as unknown as Navigator;
    expect(handleCallLinks({ navigator, location: { origin: "https://pbx.example" } })).toBe(true);
    expect(registerProtocolHandler).toHaveBeenCalledWith("web+call", "https://pbx.example/?dial=%s");
    expect(registerProtocolHandler).toHaveBeenCalledWith("tel", "https://pbx.example/?dial=%s");
  });

  it("are not there in every browser", () => {
    expect(handleCallLinks({ navigator: {} as Navigator, location: { origin: "https://pbx.example" } })).toBe(false);
  });
});
