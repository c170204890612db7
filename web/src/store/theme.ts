import type { StoreApi } from "zustand/vanilla";
import type { Settings } from "./settings";

/** Bootstrap's colours follow the user's choice, or else the system's light or dark setting, also when it changes. */
export function followTheme(settings: StoreApi<Settings>, page: Window): void {
  const dark = page.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const { theme } = settings.getState();
    page.document.documentElement.dataset.bsTheme = theme === "system" ? (dark.matches ? "dark" : "light") : theme;
  };
  dark.addEventListener("change", apply);
  settings.subscribe(apply);
  apply();
}
