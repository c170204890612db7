import { createInstance } from "i18next";
import { useSyncExternalStore } from "react";
import { en } from "./en";
import { bestLanguage, chosenLanguage, LANGUAGES, type Language, rememberLanguage } from "./language";
import type { TextKey, ValuesOf } from "./sentence";

/** Gives a sentence in the language in use. Plain text: nothing here is ever rendered as HTML. */
export type Text = <Key extends TextKey>(key: Key, ...values: ValuesOf<Key>) => string;

const i18n = createInstance({
  lng: "en",
  // English is always there: a language whose file cannot be loaded must not leave an empty page.
  fallbackLng: "en",
  resources: { en: { translation: en } },
  initAsync: false,
  nsSeparator: false,
  // React escapes; a name with an ampersand in it is shown as it is.
  interpolation: { escapeValue: false },
});
void i18n.init();

export const text: Text = (key, ...values) => i18n.t(key, values[0] ?? {});

let language: Language = "en";
/** The language that was asked for last, which may still be loading. */
let wanted: Language = "en";
/** Another function for every language, so that React sees the change. */
let spoken: Text = text;
const listeners = new Set<() => void>();

export function currentLanguage(): Language {
  return language;
}

/** Speaks `next` as soon as its sentences are there. If they do not come, the language stays and this rejects. */
export async function speak(next: Language): Promise<void> {
  wanted = next;
  if (!i18n.hasResourceBundle(next, "translation")) {
    i18n.addResourceBundle(next, "translation", await LANGUAGES[next].load());
  }
  // Somebody who goes through the list of languages gets the last one, whichever comes first.
  if (wanted !== next) return;
  await i18n.changeLanguage(next);
  language = next;
  spoken = (key, ...values) => text(key, ...values);
  for (const listener of listeners) listener();
}

/** Before the first sentence is shown: what the user has chosen, or else what the browser asks for. */
export function startLanguage(): Promise<void> {
  return speak(chosenLanguage() ?? bestLanguage(navigator.languages));
}

/** The user's choice in the settings; `undefined` follows the browser again. */
export function chooseLanguage(choice: Language | undefined): Promise<void> {
  rememberLanguage(choice);
  return startLanguage();
}

/** Calls `listener` after every change of the language. Returns how to stop. */
export function followLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The page says which language it is in. A page of others, which has the phone in it, keeps its own. */
export function tellLanguage(page: Document): void {
  const tell = () => {
    page.documentElement.lang = language;
  };
  followLanguage(tell);
  tell();
}

/** `text` for components: they render again when the language changes. */
export function useText(): Text {
  return useSyncExternalStore(followLanguage, () => spoken);
}

export function useLanguage(): Language {
  return useSyncExternalStore(followLanguage, currentLanguage);
}
