import type { PhoneEngine } from "../phone-engine/phone-engine";

/** What happens to the page and matters to the phone: leaving, coming back, waking up, changing network. */
export function followPage(engine: PhoneEngine, page: Window): void {
  // pagehide, never unload: unload keeps the page out of the back-forward cache and is being removed from browsers.
  page.addEventListener("pagehide", () => engine.leavePage());
  page.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) engine.returnToPage();
  });
  page.addEventListener("online", () => engine.checkConnection());
  page.addEventListener("offline", () => engine.checkConnection());
  page.document.addEventListener("visibilitychange", () => {
    if (page.document.visibilityState === "visible") engine.checkConnection();
  });
}
