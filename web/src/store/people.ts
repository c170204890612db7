import { createStore, type StoreApi } from "zustand/vanilla";
import { normalizeNumber } from "../phone-engine/phone-number";
import type { Presence } from "../phone-engine/presence/pidf";
import { askForDirectory, type DirectoryEntry } from "../server-api/directory";
import type { ApiProblem } from "../server-api/request";
import { type Contact, isKeyOf, keepContacts, MAX_CONTACTS, readContacts } from "./contact-book";
import type { Phone } from "./phone-store";
import type { ServerFeatures } from "./server-features";
import type { StorageProblem } from "./storage";

/** Whom the user knows. */
export interface People {
  /** Whose contacts they are: `sip:1002@localhost`. Nobody's until somebody has signed in. */
  account?: string;
  contacts: readonly Contact[];
  /** The extensions of the server but the own one. */
  directory: readonly DirectoryEntry[];
  loading: boolean;
  /** Why the directory is not there. */
  problem?: ApiProblem;
  /** Why a change of the contacts will be gone with this page. */
  storageProblem?: StorageProblem;
  /** By number, of those who are watched and known about. */
  presence: Readonly<Record<string, Presence>>;
  search: string;
}

/** What the user writes of a contact. */
export interface ContactWords {
  name: string;
  number: string;
}

export interface PeopleCommands {
  refresh(): Promise<void>;
  setSearch(search: string): void;
  /** False if there are too many. */
  add(words: ContactWords, favourite?: boolean): boolean;
  change(id: string, words: ContactWords): void;
  remove(id: string): void;
  /**
   * Somebody of the directory who becomes a favourite is a contact without a name of its own. False if there are too many
   * contacts for that.
   */
  setFavourite(person: Person, favourite: boolean): boolean;
  /** Whether anybody is in sight whose presence counts. */
  show(numbers: readonly string[]): void;
}

export interface KnownPeople extends StoreApi<People>, PeopleCommands {}

/** A contact, an extension, or both. */
export interface Person {
  number: string;
  name: string;
  favourite: boolean;
  /** As it is dialled and watched, however the contact is written; the same as the number if it cannot be dialled. */
  dialled: string;
  /** Of the contact. */
  id?: string;
  isExtension: boolean;
}

const NOBODY: People = {
  account: undefined,
  contacts: [],
  directory: [],
  loading: false,
  problem: undefined,
  storageProblem: undefined,
  presence: {},
  search: "",
};

const newId = () => Array.from(crypto.getRandomValues(new Uint32Array(2)), (part) => part.toString(36)).join("");

export function createPeople(
  { store: phone, engine }: Pick<Phone, "store" | "engine">,
  features: StoreApi<ServerFeatures>,
  askServer = askForDirectory,
): KnownPeople {
  const store = createStore<People>(() => NOBODY);

  const enter = (account: string | undefined) => {
    if (account === store.getState().account) return;
    store.setState({ ...NOBODY, account, contacts: account ? readContacts(account) : [] });
  };
  /** Changes what is kept, and not what was read once: another tab may have changed it meanwhile. */
  const change = (edit: (contacts: readonly Contact[]) => readonly Contact[]) => {
    const { account, contacts: shown, storageProblem } = store.getState();
    const contacts = edit(account && !storageProblem ? readContacts(account) : shown);
    store.setState({ contacts, storageProblem: account ? keepContacts(account, contacts) : undefined });
  };
  window.addEventListener("storage", ({ key }) => {
    const { account } = store.getState();
    if (account && isKeyOf(account, key)) store.setState({ contacts: readContacts(account) });
  });
  const refresh = async () => {
    const { account } = store.getState();
    store.setState({ loading: true });
    const answer = await askServer();
    if (store.getState().account !== account) return;
    if ("problem" in answer) return store.setState({ loading: false, problem: answer.problem });
    const own = phone.getState().identity?.extension;
    const directory = answer.value.filter(({ number }) => number !== own);
    store.setState({ directory, loading: false, problem: undefined });
  };

  phone.subscribe(({ registration, identity }) => {
    if (registration.kind === "signed-out") enter(undefined);
    else if (registration.kind === "registered") enter(identity?.address);
  });
  if (phone.getState().registration.kind === "registered") enter(phone.getState().identity?.address);
  features.subscribe(({ features: offered }, before) => {
    if (offered === before.features) return;
    if (offered.includes("directory")) void refresh();
    else store.setState({ directory: [], problem: undefined });
  });
  engine.subscribePresence((number, presence) =>
    store.setState(({ presence: known }) => {
      const { [number]: _, ...others } = known;
      return { presence: presence ? { ...others, [number]: presence } : others };
    }),
  );

  return {
    ...store,
    refresh,
    setSearch: (search) => store.setState({ search }),
    add({ name, number }, favourite = false) {
      if (store.getState().contacts.length >= MAX_CONTACTS) return false;
      change((contacts) => [...contacts, { id: newId(), name: name.trim(), number, favourite }]);
      return true;
    },
    change(id, { name, number }) {
      change((contacts) =>
        contacts.map((contact) => (contact.id === id ? { ...contact, name: name.trim(), number } : contact)),
      );
    },
    remove: (id) => change((contacts) => contacts.filter((contact) => contact.id !== id)),
    setFavourite({ id, number, name, isExtension }, favourite) {
      if (id === undefined) return !favourite || this.add({ name: isExtension ? "" : name, number }, true);
      const { contacts } = store.getState();
      const isOnlyFavourite = isExtension && contacts.find((contact) => contact.id === id)?.name === "";
      if (!favourite && isOnlyFavourite) this.remove(id);
      else change((all) => all.map((contact) => (contact.id === id ? { ...contact, favourite } : contact)));
      return true;
    },
    show: (numbers) => engine.watchPresence(numbers),
  };
}

/** Everybody once, sorted by name. A contact's own name goes before that of the directory. */
export function peopleOf({ contacts, directory }: Pick<People, "contacts" | "directory">): readonly Person[] {
  const extensions = new Map(directory.map(({ number, name }) => [number, name]));
  const written = contacts.map(({ id, name, number, favourite }): Person => {
    const dialled = normalizeNumber(number) ?? number;
    const extension = extensions.get(dialled);
    return { id, number, dialled, name: name || extension || number, favourite, isExtension: extension !== undefined };
  });
  const known = new Set(contacts.map(({ number }) => normalizeNumber(number) ?? number));
  const others = directory
    .filter(({ number }) => !known.has(number))
    .map(
      ({ number, name }): Person => ({
        number,
        dialled: number,
        name: name || number,
        favourite: false,
        isExtension: true,
      }),
    );
  return [...written, ...others].sort((a, b) => a.name.localeCompare(b.name) || a.number.localeCompare(b.number));
}

/** Without accents, capitals and what stands between digits. */
function plain(words: string): string {
  return words
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLocaleLowerCase();
}

const digits = (words: string) => words.replace(/[^\d*#+]/g, "");

/** Whether each word of what is looked for is in the name, or it is part of the number. */
export function matches({ name, number }: Pick<Person, "name" | "number">, search: string): boolean {
  const words = plain(search).split(/\s+/).filter(Boolean);
  const inName = words.every((word) => plain(name).includes(word));
  const typed = digits(search);
  const isNumber = typed !== "" && !/\p{Letter}/u.test(search);
  return inName || (isNumber && digits(number).includes(typed)) || plain(number).includes(plain(search).trim());
}

/** Under which name the user knows this number; undefined if under none. */
export function nameOf(
  { contacts, directory }: Pick<People, "contacts" | "directory">,
  number: string,
): string | undefined {
  const wanted = normalizeNumber(number) ?? number;
  const contact = contacts.find((each) => each.name !== "" && (normalizeNumber(each.number) ?? each.number) === wanted);
  return contact?.name ?? (directory.find((entry) => entry.number === wanted)?.name || undefined);
}
