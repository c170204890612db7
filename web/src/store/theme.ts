/** Bootstrap's colours follow the system's light or dark setting, also when it changes. */
export function followSystemTheme(page: Window): void {
  const dark = page.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    page.document.documentElement.dataset.bsTheme = dark.matches ? "dark" : "light";
  };
  dark.addEventListener("change", apply);
  apply();
}
