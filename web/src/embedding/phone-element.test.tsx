import { act } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { aCall, active, type FakeEngine, fakeEngine } from "../store/fake-engine";

const opened: FakeEngine[] = [];
vi.mock("./create-phone", async () => {
  const { EmbeddedPhone, PageCredentials } = await import("./embedded-phone");
  return {
    createPhone: vi.fn(),
    openEmbedded: vi.fn(() => {
      const engine = fakeEngine({ registration: { kind: "signed-out" } });
      opened.push(engine);
      return { engine, phone: new EmbeddedPhone(engine, new PageCredentials()) };
    }),
  };
});

let element: HTMLElement;

/** jsdom has no style sheets that are made by a script, and no media queries. */
beforeEach(async () => {
  vi.stubGlobal(
    "CSSStyleSheet",
    class {
      replaceSync() {}
    },
  );
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener() {}, removeEventListener() {} }));
  opened.length = 0;
  await import("./element");
  document.body.replaceChildren();
  element = document.createElement("webcalling-phone");
  element.setAttribute("number", "1001");
  act(() => document.body.append(element));
});

const engine = () => opened[0] as FakeEngine;
const find = <Found extends HTMLElement>(selector: string) => element.shadowRoot?.querySelector<Found>(selector);
const press = (action: string) => act(() => find(`[data-action=${action}]`)?.click());
const become = (change: Parameters<FakeEngine["become"]>[0]) => act(() => engine().become(change));

describe("<webcalling-phone>", () => {
  it("signs in, and says what is wrong", () => {
    const type = (name: string, value: string) => {
      const field = find<HTMLInputElement>(`[name=${name}]`);
      if (field) field.value = value;
    };
    type("extension", "1002");
    type("password", "secret");
    act(() => find<HTMLFormElement>(".sign-in")?.requestSubmit());
    expect(engine().signIn).toHaveBeenCalledWith({ extension: "1002", password: "secret", server: "" });
    become({ registration: { kind: "signed-out", problem: "wrong-password" } });
    expect(find(".problem")?.textContent).toContain("wrong for extension 1002");
  });

  it("calls the number in its field, which the page may change", () => {
    become({ registration: { kind: "registered" } });
    press("call");
    expect(engine().dial).toHaveBeenCalledWith("1001");
    act(() => element.setAttribute("number", "call me"));
    press("call");
    expect(find(".problem")?.dataset.problem).toBe("not-a-number");
    expect(engine().dial).toHaveBeenCalledTimes(1);
  });

  it("has the buttons of every call, and shows names as they are", () => {
    const rings = aCall({ kind: "incoming" }, { id: "a", peer: { number: "1003", name: "<b>Eve</b>" } });
    become({ registration: { kind: "registered" }, calls: [rings, aCall(active(), { id: "b" })] });
    expect(find('[data-call="a"] h2')?.textContent).toContain("<b>Eve</b>");
    press("answer");
    expect(engine().answer).toHaveBeenCalledWith("a");
    press("mute");
    expect(engine().setMuted).toHaveBeenCalledWith("b", true);
    press("keypad");
    act(() => find('[data-key="5"]')?.click());
    expect(engine().sendDigit).toHaveBeenCalledWith("b", "5");
    press("end");
    expect(engine().hangUp).toHaveBeenCalledWith("b");
  });

  it("is the same phone while it is moved, and none once it is taken away", async () => {
    act(() => document.body.prepend(element));
    await act(async () => {});
    expect(opened).toHaveLength(1);
    expect(engine().signOut).not.toHaveBeenCalled();
    await act(async () => element.remove());
    expect(engine().signOut).toHaveBeenCalledTimes(1);
  });
});
