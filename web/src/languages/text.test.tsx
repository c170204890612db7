import { act, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { bestLanguage, chosenLanguage, localeOf } from "./language";
import { callState, endReason } from "./phrases";
import { chooseLanguage, currentLanguage, startLanguage, tellLanguage, text, useText } from "./text";

afterEach(() => chooseLanguage(undefined));

describe("the language of the page", () => {
  it.each([
    [["de-AT", "en"], "de"],
    [["ja", "fr-CA"], "fr"],
    [["HI-in"], "hi"],
    [["zh"], "en"],
    [[], "en"],
  ] as const)("is for a browser that asks for %j: %s", (wishes, language) => {
    expect(bestLanguage(wishes)).toBe(language);
  });

  it("is the user's choice from then on, until it is given back to the browser", async () => {
    tellLanguage(document);
    await chooseLanguage("de");
    expect(text("call.hold")).toBe("Halten");
    expect(document.documentElement.lang).toBe("de");
    expect(chosenLanguage()).toBe("de");
    await chooseLanguage(undefined);
    expect(currentLanguage()).toBe("en");
    expect(chosenLanguage()).toBeUndefined();
  });

  it("is read from the storage when the page starts, unless there is nonsense in it", async () => {
    localStorage.setItem("webcalling.language", "es");
    await startLanguage();
    expect(currentLanguage()).toBe("es");
    localStorage.setItem("webcalling.language", "constructor");
    await startLanguage();
    expect(currentLanguage()).toBe("en");
  });

  it("holds without a storage", async () => {
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    vi.spyOn(Storage.prototype, "getItem").mockReturnValue("fr");
    await chooseLanguage("fr");
    expect(currentLanguage()).toBe("fr");
  });

  it("is the one chosen last, however long the files take", async () => {
    const slow = chooseLanguage("hi");
    await Promise.all([chooseLanguage("en"), slow]);
    expect(currentLanguage()).toBe("en");
  });

  it("stays as it is if a file does not come", async () => {
    vi.resetModules();
    const fresh = { ...(await import("./text")), ...(await import("./language")) };
    vi.spyOn(fresh.LANGUAGES.fr, "load").mockRejectedValue(new Error("offline"));
    await expect(fresh.chooseLanguage("fr")).rejects.toThrow("offline");
    expect(fresh.text("call.hold")).toBe("Hold");
    expect(fresh.currentLanguage()).toBe("en");
  });

  it("changes in what is on the screen", async () => {
    render(<Hold />);
    await act(() => chooseLanguage("es"));
    expect(screen.getByText("En espera")).toBeTruthy();
  });

  it("writes dates as the user's country does", () => {
    expect(localeOf("en", ["de-DE", "en-GB"])).toBe("en-GB");
    expect(localeOf("hi", ["en-GB"])).toBe("hi");
  });
});

function Hold() {
  return <p>{useText()("call.hold")}</p>;
}

describe("a sentence", () => {
  it("has the plural of its language", async () => {
    const say = () => [0, 1, 2].map((count) => text("phone.voicemail", { count }));
    expect(say()).toEqual(["0 new voice messages", "1 new voice message", "2 new voice messages"]);
    await chooseLanguage("fr");
    expect(say()).toEqual(["0 nouveau message vocal", "1 nouveau message vocal", "2 nouveaux messages vocaux"]);
  });

  it("takes a name as it is, whatever is in it", () => {
    const odd = "<b>&{{number}} $t(app.title)";
    const call = {
      id: "1",
      direction: "incoming",
      muted: false,
      digits: "",
      peer: { number: "1", name: odd },
    } as const;
    expect(callState(text, { ...call, phase: { kind: "incoming" } })).toBe(`Incoming Call from ${odd} (1)`);
    expect(endReason(text, "busy", { ...call, phase: { kind: "incoming" } })).toBe(`${odd} is busy.`);
  });

  it("that does not exist is shown by its name, so that it is found", () => {
    // @ts-expect-error: no such sentence
    expect(text("call.nonsense")).toBe("call.nonsense");
  });

  it("whose places are not all filled in is an error of the compiler", () => {
    const either = ["endReasons.busy", "call.hold"] as const;
    // @ts-expect-error: nobody says who
    expect(text("endReasons.busy")).toContain("is busy");
    // @ts-expect-error: that is another place
    expect(text("endReasons.busy", { whom: "1001" })).toContain("is busy");
    // @ts-expect-error: a count is a number
    expect(text("phone.voicemail", { count: "1" })).toBe("phone.voicemail");
    // @ts-expect-error: one of the two needs a name
    expect(either.map((key) => text(key))[1]).toBe("Hold");
    expect(either.map((key) => text(key, { who: "1001" }))).toEqual(["1001 is busy.", "Hold"]);
  });
});
