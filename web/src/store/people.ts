import { createStore, type StoreApi } from "zustand/vanilla";

export interface Contact {
  id: string;
  name: string;
  number: string;
}

/** Whom the user knows. */
export interface People {
  contacts: readonly Contact[];
}

export function createPeople(): StoreApi<People> {
  return createStore<People>(() => ({ contacts: [] }));
}
