import { keepStored, readStored, type StorageProblem } from "./storage";

/** Somebody whom the user has written down. An extension may be here without a name: its own is in the directory. */
export interface Contact {
  id: string;
  name: string;
  number: string;
  favourite: boolean;
}

export const MAX_CONTACTS = 500;
export const LONGEST_NAME = 100;

const keyOf = (account: string) => `webcalling.contacts.${account}`;

/** Whether that is where the contacts of the account are kept. */
export function isKeyOf(account: string, key: string | null): boolean {
  return key === keyOf(account);
}

/** What this browser keeps for the account; whatever cannot be read is left out. */
export function readContacts(account: string): readonly Contact[] {
  const value = readStored(keyOf(account));
  return Array.isArray(value) ? value.slice(0, MAX_CONTACTS).flatMap(readContact) : [];
}

export function keepContacts(account: string, contacts: readonly Contact[]): StorageProblem | undefined {
  return keepStored(keyOf(account), contacts);
}

function readContact(value: unknown): Contact[] {
  if (typeof value !== "object" || value === null) return [];
  const [id, name, number] = ["id", "name", "number"].map((key) => Reflect.get(value, key));
  if (typeof id !== "string" || typeof name !== "string" || typeof number !== "string" || number === "") return [];
  return [{ id, name: name.slice(0, LONGEST_NAME), number, favourite: Reflect.get(value, "favourite") === true }];
}
