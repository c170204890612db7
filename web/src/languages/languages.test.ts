import { describe, expect, it } from "vitest";
import { en } from "./en";
import { LANGUAGES, type Language } from "./language";
import type { Sentences } from "./sentence";

/** `call.answer` → the sentence. */
function flat(sentences: Sentences): Map<string, string> {
  return new Map(
    Object.entries(sentences).flatMap(([group, entries]) =>
      Object.entries(entries).map(([name, sentence]) => [`${group}.${name}`, sentence] as const),
    ),
  );
}

const base = (key: string) => key.replace(/_(zero|one|two|few|many|other)$/, "");
const names = (sentences: Sentences) => [...new Set([...flat(sentences).keys()].map(base))].sort();
const places = (sentence: string) => [...sentence.matchAll(/{{(\w+)}}/g)].map((match) => match[1]).sort();
const codes = Object.keys(LANGUAGES) as Language[];
const english = flat(en);
const others = codes.filter((code) => code !== "en");

describe.each(others)("the language %s", (code) => {
  it("has every sentence and no other", async () => {
    expect(names(await LANGUAGES[code].load())).toEqual(names(en));
  });

  it("fills in the same places", async () => {
    const placesOf = (key: string) => places(english.get(key) ?? english.get(`${base(key)}_other`) ?? "");
    const sentences = flat(await LANGUAGES[code].load());
    for (const [key, sentence] of sentences) expect([key, places(sentence)]).toEqual([key, placesOf(key)]);
  });

  it("is not English that was forgotten", async () => {
    const same = [...flat(await LANGUAGES[code].load())].filter(([key, sentence]) => english.get(key) === sentence);
    // "Status: …" is the same in German; most of what a person reads is not.
    expect(same.length).toBeLessThan(english.size / 20);
  });
});

it.each(codes)("%s has exactly the plural forms of its language", async (code) => {
  const sentences = flat(await LANGUAGES[code].load());
  const forms = new Intl.PluralRules(code).resolvedOptions().pluralCategories.map((form) => `_${form}`);
  const counted = new Set([...sentences.keys()].filter((key) => base(key) !== key).map(base));
  expect(counted.size).toBeGreaterThan(0);
  for (const name of counted) {
    const found = [...sentences.keys()].filter((key) => base(key) === name);
    expect(found.sort()).toEqual(forms.map((form) => `${name}${form}`).sort());
  }
});

it.each(codes)("%s has no empty sentence, none with markup, and no space at its end", async (code) => {
  for (const [key, sentence] of flat(await LANGUAGES[code].load())) {
    expect([key, sentence.trim()]).toEqual([key, sentence]);
    expect(sentence).toMatch(/^[^<>]+$/);
  }
});
