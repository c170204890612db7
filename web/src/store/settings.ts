import { createStore, type StoreApi } from "zustand/vanilla";

export const THEMES = ["system", "light", "dark"] as const;
export type ThemeChoice = (typeof THEMES)[number];

/** What the user has chosen for this browser. The language is kept by `languages/`. */
export interface Settings {
  theme: ThemeChoice;
  /** Show calls outside the page, if the browser may. */
  notifications: boolean;
  /** Single keys as commands; people who speak to their computer or whose fingers slip want them off (WCAG 2.1.4). */
  shortcuts: boolean;
}

const KEY = "webcalling.settings";
const DEFAULTS: Settings = { theme: "system", notifications: true, shortcuts: true };

/** The settings as they are kept; every change is kept at once, and reaches the other tabs. */
export function createSettings(page: Window): StoreApi<Settings> {
  const store = createStore<Settings>(() => read());
  store.subscribe(write);
  page.addEventListener("storage", ({ key }) => {
    if (key === KEY) store.setState(read());
  });
  return store;
}

function read(): Settings {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "null");
    return typeof kept === "object" && kept !== null ? settingsFrom(kept) : DEFAULTS;
  } catch {
    return DEFAULTS;
  }
}

/** Whatever is wrong or missing in what was kept is as it is by default. */
function settingsFrom(kept: object): Settings {
  const choice = (name: keyof Settings): unknown => Reflect.get(kept, name);
  const yesOrNo = (name: "notifications" | "shortcuts") => {
    const value = choice(name);
    return typeof value === "boolean" ? value : DEFAULTS[name];
  };
  return {
    theme: THEMES.find((theme) => theme === choice("theme")) ?? DEFAULTS.theme,
    notifications: yesOrNo("notifications"),
    shortcuts: yesOrNo("shortcuts"),
  };
}

function write(settings: Settings): void {
  const text = JSON.stringify(settings);
  try {
    if (localStorage.getItem(KEY) !== text) localStorage.setItem(KEY, text);
  } catch {
    // Storage forbidden or full: the settings hold until the page is closed.
  }
}
