import { act, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type FakeEngine, fakeEngine } from "../../store/fake-engine";
import { PhoneContext } from "../../store/phone-context";
import { createPhone } from "../../store/phone-store";
import { createShell, type Shell } from "../../store/shell";
import { App } from "../app";

let engine: FakeEngine;
let shell: Shell;

beforeEach(async () => {
  vi.stubGlobal("fetch", async (path: string) => {
    const extensions = [{ extension: "1001", name: "Anna" }, { extension: "1002", name: "Me" }, { extension: "1003" }];
    return new Response(JSON.stringify(path === "/api/directory" ? { extensions } : {}));
  });
  engine = fakeEngine();
  const phone = createPhone(engine);
  shell = createShell(phone, window);
  shell.server.setState({ features: ["directory"] });
  render(
    <PhoneContext value={phone}>
      <App shell={shell} />
    </PhoneContext>,
  );
  await act(async () => shell.navigation.setState({ page: "people" }));
  await screen.findByRole("heading", { level: 2, name: "People" });
  await screen.findByText("Anna");
});
afterEach(() => vi.unstubAllGlobals());

const section = (name: string) => within(screen.getByRole("region", { name }));
const names = (name: string) =>
  section(name)
    .getAllByRole("listitem")
    .map((item) => item.dataset.number);
const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));

/** jsdom opens no dialogs. */
const form = () => within(screen.getByRole("textbox", { name: "Name", hidden: true }).closest("dialog") as HTMLElement);
const fill = async (label: string, value: string) => {
  const field = form().getByRole("textbox", { name: label, hidden: true });
  await userEvent.clear(field);
  if (value !== "") await userEvent.type(field, value);
};
const pressInForm = (name: string) => userEvent.click(form().getByRole("button", { name, hidden: true }));

describe("the people page", () => {
  it("lists the extensions, with their state in words, while it is open", async () => {
    expect(names("Extensions")).toEqual(["1003", "1001"]);
    expect(engine.watchPresence).toHaveBeenLastCalledWith(["1003", "1001"]);
    act(() => engine.stand("1001", { state: "on-the-phone", note: "<b>busy</b>" }));
    const anna = screen.getByText("Anna").closest("li");
    expect(anna?.textContent).toContain("On the phone · <b>busy</b>");
    await act(async () => shell.navigation.setState({ page: "phone" }));
    expect(engine.watchPresence).toHaveBeenLastCalledWith([]);
  });

  it("keeps favourites first", async () => {
    await press("Make Anna a favourite");
    expect(names("Favourites")).toEqual(["1001"]);
    expect(names("Extensions")).toEqual(["1003"]);
    await press("Anna is a favourite no longer");
    expect(screen.queryByRole("region", { name: "Favourites" })).toBeNull();
  });

  it("writes down, changes and deletes a contact", async () => {
    await press("New contact");
    await fill("Name", "<img src=x>");
    await fill("Number", "call me");
    await pressInForm("Save");
    expect(form().getByRole("alert", { hidden: true }).textContent).not.toBe("");
    await fill("Number", "+49 30 555");
    await pressInForm("Save");
    expect(section("Contacts").getByText("<img src=x>")).not.toBeNull();
    expect(document.querySelector("#contactDialog")).toBeNull();

    await press("Change <img src=x>");
    await fill("Name", "");
    await pressInForm("Save");
    expect(section("Contacts").getByText("+49 30 555")).not.toBeNull();

    await press("Change +49 30 555");
    await pressInForm("Delete");
    await pressInForm("Delete");
    expect(screen.queryByRole("region", { name: "Contacts" })).toBeNull();
  });

  it("finds somebody", async () => {
    await userEvent.type(screen.getByRole("searchbox"), "ann");
    expect(names("Extensions")).toEqual(["1001"]);
    await userEvent.type(screen.getByRole("searchbox"), "x");
    expect(screen.getByText("Nobody matches this.")).not.toBeNull();
  });

  it("calls, and begins a conversation", async () => {
    await press("Call Anna");
    expect(engine.dial).toHaveBeenCalledWith("1001");
    await press("Write to Anna");
    expect(shell.navigation.getState().page).toBe("messages");
    expect(shell.messages.getState().open).toBe("1001");
  });
});

describe("the field for the number", () => {
  const field = () => screen.getByRole("combobox");
  const options = () => screen.queryAllByRole("option").map((option) => option.dataset.number);

  beforeEach(async () => {
    await act(async () => shell.navigation.setState({ page: "phone" }));
    await press("New Call");
  });

  it("offers whom the user may mean, and calls them by keyboard alone", async () => {
    await userEvent.type(field(), "an");
    expect(options()).toEqual(["1001"]);
    expect(field().getAttribute("aria-expanded")).toBe("true");
    await userEvent.keyboard("{ArrowDown}");
    const chosen = field().getAttribute("aria-activedescendant");
    expect(document.getElementById(chosen ?? "")?.getAttribute("aria-selected")).toBe("true");
    await userEvent.keyboard("{Enter}");
    expect(engine.dial).toHaveBeenCalledWith("1001");
  });

  it("calls what is typed unless one of them was chosen", async () => {
    await userEvent.type(field(), "100");
    expect(options()).toEqual(["1003", "1001"]);
    await userEvent.keyboard("{ArrowDown}{ArrowDown}{ArrowDown}");
    expect(field().getAttribute("aria-activedescendant")).toBeNull();
    await userEvent.keyboard("{Enter}");
    expect(engine.dial).toHaveBeenCalledWith("100");
  });

  it("calls whom the user clicks", async () => {
    await userEvent.type(field(), "an");
    await userEvent.click(screen.getByRole("option"));
    expect(engine.dial).toHaveBeenCalledWith("1001");
  });

  it("leaves the list with Escape, and then the pad", async () => {
    await userEvent.type(field(), "an");
    await userEvent.keyboard("{ArrowDown}{Escape}");
    expect(field().getAttribute("aria-activedescendant")).toBeNull();
    await userEvent.keyboard("{Escape}");
    expect(screen.queryByRole("combobox")).toBeNull();
  });

  it("offers nothing while nobody types", async () => {
    expect(options()).toEqual([]);
    await userEvent.type(field(), "an");
    await userEvent.tab();
    expect(options()).toEqual([]);
  });
});
