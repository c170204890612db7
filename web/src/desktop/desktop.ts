import type { Desktop } from "./notifier";

/** The browser around `page`. */
export function desktopOf(page: Window & typeof globalThis): Desktop {
  const workers = page.navigator.serviceWorker as ServiceWorkerContainer | undefined;
  return {
    // Numbers of calls are only unique within one page. crypto.randomUUID() is for secure pages only.
    tab: Array.from(page.crypto.getRandomValues(new Uint32Array(2)), (part) => part.toString(36)).join(""),
    inFront: () => page.document.hasFocus(),
    focus: () => page.focus(),
    permission: () => notificationPermission(page),
    worker: async () =>
      (await workers?.getRegistration())?.active?.state === "activated" ? workers?.ready : undefined,
    show: (title, options) => new page.Notification(title, options),
    onWorkerMessage: (listener) => workers?.addEventListener("message", ({ data }) => listener(data)),
  };
}

/** "denied" where there are no notifications at all, as on iPhones in a browser tab, and on pages that are not secure. */
export function notificationPermission(page: Window & typeof globalThis): NotificationPermission {
  return "Notification" in page && page.isSecureContext ? page.Notification.permission : "denied";
}
