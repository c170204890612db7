import type { Peer } from "../phone-engine/phone-engine";
import { normalizeNumber } from "../phone-engine/phone-number";
import { matches, type Person } from "./people";

/** Somebody who may be meant by what is typed. */
export interface Suggestion {
  number: string;
  name: string;
}

/** A list is quicker than typing only as long as it is short. */
export const MOST_SUGGESTIONS = 4;

/** Favourites first, then those who were talked to last, then all others; each once, and only whom one can call. */
export function suggestionsFor(
  typed: string,
  people: readonly Person[],
  recent: readonly Peer[],
): readonly Suggestion[] {
  if (typed.trim() === "") return [];
  const strangers = recent.map(({ number, name }) => ({ number, name: name || number }));
  const last = new Set(strangers.map(({ number }) => number));
  const ordered = [
    ...people.filter(({ favourite }) => favourite),
    ...people.filter(({ favourite, number }) => !favourite && last.has(number)),
    ...people.filter(({ favourite, number }) => !favourite && !last.has(number)),
    ...strangers,
  ];
  const found = new Map<string, Suggestion>();
  for (const { number, name } of ordered) {
    const dialled = normalizeNumber(number);
    if (dialled === undefined || found.has(dialled) || !matches({ number, name }, typed)) continue;
    found.set(dialled, { number: dialled, name });
    if (found.size === MOST_SUGGESTIONS) break;
  }
  return [...found.values()];
}
