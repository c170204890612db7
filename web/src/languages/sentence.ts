import type { en } from "./en";

type English = typeof en;

/** The plural categories of Unicode's CLDR; `Intl.PluralRules` tells which of them a language has. */
type PluralForm = "zero" | "one" | "two" | "few" | "many" | "other";

/** `voicemail_one` and `voicemail_other` are both `voicemail`. */
type NameOf<Entry> = Entry extends `${infer Name}_${PluralForm}` ? Name : Entry;
type EntryOf<Name extends string> = `${Name}_${PluralForm}` | Name;

/** What a language has to say: the same sentences as English, with its own plural forms. */
export type Sentences = {
  readonly [Group in keyof English]: {
    readonly [Entry in keyof English[Group]]: string;
  } & {
    readonly [Entry in EntryOf<NameOf<keyof English[Group] & string>> as Entry extends `${string}_${PluralForm}`
      ? Entry
      : never]?: string;
  };
};

/** `call.answer`: the group and the name of a sentence. */
export type TextKey = {
  [Group in keyof English]: `${Group}.${NameOf<keyof English[Group] & string>}`;
}[keyof English];

/** Sentences in which nothing is filled in. */
export type PlainTextKey = { [Key in TextKey]: ValuesOf<Key> extends [] ? Key : never }[TextKey];

type EnglishOf<Key extends TextKey> = Key extends `${infer Group extends keyof English}.${infer Name}`
  ? English[Group][EntryOf<Name> & keyof English[Group]]
  : never;

type PlacesIn<Sentence> = Sentence extends `${string}{{${infer Place}}}${infer Rest}` ? Place | PlacesIn<Rest> : never;

/** What has to be told to fill in the places of a sentence; of all, if it may be one of several sentences. */
export type ValuesOf<Key extends TextKey> = [PlacesIn<EnglishOf<Key>>] extends [never]
  ? []
  : [values: { readonly [Place in PlacesIn<EnglishOf<Key>>]: Place extends "count" ? number : string | number }];
