import { createStore, type StoreApi } from "zustand/vanilla";

/** Chromium's event; other browsers install from a menu of their own. */
export interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

export interface Installation {
  /** Offers to install the phone as an app; there while the browser would do it. */
  install?: () => void;
  /** Another version of the phone is there; the next load of the page brings it. */
  newVersion: boolean;
}

const UPDATE_MS = 60 * 60 * 1000;

export function createInstallation(page: Window): StoreApi<Installation> {
  const store = createStore<Installation>(() => ({ newVersion: false }));
  page.addEventListener("beforeinstallprompt", (event) => {
    // Not the browser's own bar, which comes when it likes: a button in the settings.
    event.preventDefault();
    store.setState({
      install: () => {
        store.setState({ install: undefined });
        void (event as InstallPrompt).prompt();
      },
    });
  });
  page.addEventListener("appinstalled", () => store.setState({ install: undefined }));
  return store;
}

/**
 * Makes the phone start without the network and gives notifications buttons. A new version takes over the worker at
 * once, but never the page: that has all it needs in memory and may be in a call.
 */
export async function startServiceWorker(
  installation: StoreApi<Installation>,
  workers: ServiceWorkerContainer,
): Promise<void> {
  const wasControlled = workers.controller !== null;
  workers.addEventListener("controllerchange", () => {
    if (wasControlled) installation.setState({ newVersion: true });
  });
  const registration = await workers.register("/service-worker.js");
  setInterval(() => {
    // Without a connection there is no news.
    registration.update().catch(() => {});
  }, UPDATE_MS);
}
