import { en } from "./en";
import type { Sentences } from "./sentence";

/** Every language by its own name, with its sentences. English is part of the page, the others are fetched. */
export const LANGUAGES = {
  en: { name: "English", load: async () => en },
  de: { name: "Deutsch", load: async () => (await import("./de")).de },
  es: { name: "Español", load: async () => (await import("./es")).es },
  fr: { name: "Français", load: async () => (await import("./fr")).fr },
  hi: { name: "हिन्दी", load: async () => (await import("./hi")).hi },
} as const satisfies Record<string, { name: string; load: () => Promise<Sentences> }>;

export type Language = keyof typeof LANGUAGES;

const KEY = "webcalling.language";

export function isLanguage(value: unknown): value is Language {
  return typeof value === "string" && Object.hasOwn(LANGUAGES, value);
}

/** The first of the wishes that we have, `de-AT` being German; English if we have none of them. */
export function bestLanguage(wishes: readonly string[]): Language {
  return wishes.map((wish) => wish.toLowerCase().split("-")[0]).find(isLanguage) ?? "en";
}

/** How the browser's user writes dates and numbers in this language: `en-GB` is finer than our `en`. */
export function localeOf(language: Language, wishes: readonly string[] = navigator.languages): string {
  return wishes.find((wish) => wish.toLowerCase().split("-")[0] === language) ?? language;
}

/** What the user has chosen in the settings; nothing if the browser's languages are to be followed. */
export function chosenLanguage(): Language | undefined {
  try {
    const chosen = localStorage.getItem(KEY);
    return isLanguage(chosen) ? chosen : undefined;
  } catch {
    return undefined;
  }
}

export function rememberLanguage(language: Language | undefined): void {
  try {
    if (language) localStorage.setItem(KEY, language);
    else localStorage.removeItem(KEY);
  } catch {
    // Storage forbidden or full: the choice holds until the page is closed.
  }
}
