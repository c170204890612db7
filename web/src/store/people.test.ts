import { beforeEach, describe, expect, it, vi } from "vitest";
import { createStore, type StoreApi } from "zustand/vanilla";
import { aCall, active, type FakeEngine, fakeEngine } from "./fake-engine";
import { createPeople, type KnownPeople, matches, nameOf, peopleOf } from "./people";
import { createPhone, type Phone } from "./phone-store";
import type { ServerFeatures } from "./server-features";
import { createShell } from "./shell";
import { suggestionsFor } from "./suggestions";

const KEY = "webcalling.contacts.sip:1002@localhost";
const DIRECTORY = [
  { number: "1001", name: "Zoë" },
  { number: "1002", name: "Me" },
  { number: "1003", name: "" },
];

let engine: FakeEngine;
let phone: Phone;
let features: StoreApi<ServerFeatures>;
let people: KnownPeople;

beforeEach(async () => {
  localStorage.clear();
  engine = fakeEngine();
  phone = createPhone(engine);
  features = createStore<ServerFeatures>(() => ({ features: [] }));
  people = createPeople(phone, features, async () => ({ value: DIRECTORY }));
});

const offerDirectory = async () => {
  features.setState({ features: ["directory"] });
  await vi.waitFor(() => expect(people.getState().loading).toBe(false));
};
const all = () => peopleOf(people.getState());

describe("contacts", () => {
  it("are kept in this browser, for the extension that is signed in", () => {
    people.add({ name: " Clinic ", number: "+49 30 5550100" });
    expect(createPeople(phone, features).getState().contacts).toMatchObject([
      { name: "Clinic", number: "+49 30 5550100", favourite: false },
    ]);
    engine.become({ registration: { kind: "signed-out" } });
    expect(people.getState().contacts).toEqual([]);
    engine.become({
      registration: { kind: "registered" },
      identity: { extension: "1003", address: "sip:1003@localhost", server: "localhost" },
    });
    expect(people.getState().contacts).toEqual([]);
  });

  it("are changed and removed", () => {
    people.add({ name: "A", number: "1" });
    people.add({ name: "B", number: "2" });
    const [a, b] = people.getState().contacts;
    people.change(a?.id ?? "", { name: "C", number: "3" });
    people.remove(b?.id ?? "");
    expect(people.getState().contacts).toMatchObject([{ name: "C", number: "3" }]);
  });

  it("are not more than five hundred", () => {
    for (let i = 0; i < 500; i++) expect(people.add({ name: "N", number: String(i) })).toBe(true);
    expect(people.add({ name: "N", number: "500" })).toBe(false);
  });

  it("stay while the page is there if they cannot be kept", () => {
    const set = vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    people.add({ name: "A", number: "1" });
    expect(people.getState()).toMatchObject({ contacts: [{ name: "A" }], storageProblem: "full" });
    set.mockRestore();
  });

  it("are not lost when another tab writes some as well", () => {
    const other = createPeople(phone, features);
    people.add({ name: "A", number: "1" });
    other.add({ name: "B", number: "2" });
    people.add({ name: "C", number: "3" });
    expect(people.getState().contacts.map(({ name }) => name)).toEqual(["A", "B", "C"]);
    window.dispatchEvent(new StorageEvent("storage", { key: KEY }));
    expect(other.getState().contacts.map(({ name }) => name)).toEqual(["A", "B", "C"]);
  });

  it.each(["nonsense", "7", "{}", '[null, {"id": 1}, {"id": "a", "name": "A", "number": ""}]'])(
    "that cannot be read are none: %s",
    (kept) => {
      localStorage.setItem(KEY, kept);
      expect(createPeople(phone, features).getState().contacts).toEqual([]);
    },
  );
});

describe("the directory", () => {
  it("comes when the server has one, without oneself", async () => {
    await offerDirectory();
    expect(all().map(({ number, name }) => [number, name])).toEqual([
      ["1003", "1003"],
      ["1001", "Zoë"],
    ]);
    features.setState({ features: [] });
    expect(all()).toEqual([]);
  });

  it("says why it did not come, and comes when it is asked for again", async () => {
    let fails = true;
    people = createPeople(phone, features, async () => (fails ? { problem: "unreachable" } : { value: DIRECTORY }));
    await offerDirectory();
    expect(people.getState()).toMatchObject({ problem: "unreachable", directory: [] });
    fails = false;
    await people.refresh();
    expect(people.getState()).toMatchObject({ problem: undefined });
    expect(people.getState().directory).toHaveLength(2);
  });

  it("gives a favourite its name, once", async () => {
    await offerDirectory();
    const zoe = () => all().find(({ number }) => number === "1001");
    if (zoe()) people.setFavourite(zoe() as never, true);
    expect(zoe()).toMatchObject({ name: "Zoë", favourite: true, isExtension: true });
    expect(all()).toHaveLength(2);
    people.setFavourite(zoe() as never, false);
    expect(people.getState().contacts).toEqual([]);
    expect(zoe()).toMatchObject({ favourite: false });
  });
});

it("says that a favourite does not fit in any more", async () => {
  await offerDirectory();
  for (let i = 0; i < 500; i++) people.add({ name: "N", number: `9${i}` });
  const zoe = all().find(({ number }) => number === "1001");
  expect(zoe && people.setFavourite(zoe, true)).toBe(false);
});

it("knows an extension however the contact is written", async () => {
  await offerDirectory();
  people.add({ name: "Z", number: "10 01" });
  expect(all().find(({ name }) => name === "Z")).toMatchObject({ dialled: "1001", isExtension: true });
});

describe("presence", () => {
  it("is known as long as it is told", () => {
    engine.stand("1001", { state: "available" });
    engine.stand("1003", { state: "away", note: "Lunch" });
    expect(people.getState().presence).toEqual({
      1001: { state: "available" },
      1003: { state: "away", note: "Lunch" },
    });
    engine.stand("1001", undefined);
    expect(people.getState().presence).toEqual({ 1003: { state: "away", note: "Lunch" } });
  });
});

describe("looking for somebody", () => {
  const zoe = { name: "Zoë Müller-Straße", number: "+49 (30) 555-01" };
  it.each(["", "zoe", "MULLER z", "straße", "4930", "555 01", "+49", "30-555"])("finds them by %j", (search) =>
    expect(matches(zoe, search)).toBe(true),
  );
  it.each(["zora", "zoe x", "556", "55501 x"])("does not find them by %j", (search) =>
    expect(matches(zoe, search)).toBe(false),
  );

  it("offers favourites first, then whom one has talked to, each once", () => {
    const person = (number: string, name: string, favourite = false) => ({
      number,
      dialled: number,
      name,
      favourite,
      isExtension: false,
    });
    const known = [person("1005", "Ann"), person("1001", "Anna"), person("1004", "Annika", true), person("7", "Bob")];
    const recent = [{ number: "1001" }, { number: "0301", name: "Anne" }, { number: "", name: "Ann Onymous" }];
    expect(suggestionsFor("ann", known, recent).map(({ number }) => number)).toEqual(["1004", "1001", "1005", "0301"]);
    expect(suggestionsFor("  ", known, recent)).toEqual([]);
    expect(suggestionsFor("b", known, recent)).toEqual([{ number: "7", name: "Bob" }]);
  });
});

describe("the name of a caller", () => {
  it("is that of the contact, however the number is written, before the one that the caller gives", () => {
    const shell = createShell(phone, window);
    engine.become({ calls: [aCall(active(), { peer: { number: "+493055501", name: "Your Bank" } })] });
    const shown = () => phone.store.getState().calls[0]?.peer.name;
    expect(shown()).toBe("Your Bank");
    shell.people.add({ name: "Aunt", number: "+49 30 55501" });
    expect(shown()).toBe("Aunt");
    shell.people.remove(shell.people.getState().contacts[0]?.id ?? "");
    expect(shown()).toBe("Your Bank");
  });

  it("is that of the directory for a contact that has none", () => {
    const contacts = [{ id: "1", name: "", number: "1001", favourite: true }];
    expect(nameOf({ contacts, directory: DIRECTORY }, "1001")).toBe("Zoë");
    expect(nameOf({ contacts, directory: DIRECTORY }, "1003")).toBeUndefined();
  });
});
