import type { StoreApi } from "zustand/vanilla";
import { whoAndNumber } from "../languages/phrases";
import { text } from "../languages/text";
import type { Call } from "../phone-engine/phone-engine";
import type { Phone } from "../store/phone-store";
import type { Settings } from "../store/settings";
import { type CallReference, notificationPress, tagOf } from "./call-notification";

/** The part of the browser that notifications need; a test has its own. */
export interface Desktop {
  readonly tab: string;
  /** Whether the user is looking at this page. */
  inFront(): boolean;
  focus(): void;
  permission(): NotificationPermission;
  /** With buttons; nothing where there is no service worker. */
  worker(): Promise<Pick<ServiceWorkerRegistration, "showNotification" | "getNotifications"> | undefined>;
  /** Without buttons. */
  show(title: string, options: NotificationOptions): Pick<Notification, "close" | "onclick">;
  onWorkerMessage(listener: (data: unknown) => void): void;
}

/** TypeScript's DOM does not know these; browsers that do not know them either ignore them. */
interface CallNotificationOptions extends NotificationOptions {
  renotify: boolean;
  actions: { action: string; title: string }[];
}

interface Shown {
  close(): void;
}

/** Shows calls that come in while the user looks at something else, with Answer and Reject where there can be buttons. */
export function notifyOfCalls(phone: Phone, settings: StoreApi<Settings>, desktop: Desktop): void {
  const shown = new Map<string, Promise<Shown | undefined>>();
  const maySpeak = () => settings.getState().notifications && desktop.permission() === "granted" && !desktop.inFront();

  phone.store.subscribe(({ calls, elsewhere }, before) => {
    if (calls === before.calls) return;
    const ringing = calls.filter((call) => call.phase.kind === "incoming");
    for (const call of ringing) {
      const isNew = !before.calls.some(({ id }) => id === call.id);
      // Of several tabs the one says it that has the phone.
      if (isNew && !elsewhere && maySpeak()) shown.set(call.id, showCall(desktop, call));
    }
    for (const [id, notification] of shown) {
      if (ringing.some((call) => call.id === id)) continue;
      shown.delete(id);
      void notification.then((it) => it?.close());
    }
  });

  desktop.onWorkerMessage((data) => {
    const press = notificationPress(data);
    if (!press || press.tab !== desktop.tab) return;
    if (press.action === "answer") phone.engine.answer(press.call);
    if (press.action === "reject") phone.engine.decline(press.call);
  });
}

async function showCall(desktop: Desktop, call: Call): Promise<Shown | undefined> {
  const reference: CallReference = { tab: desktop.tab, call: call.id };
  const title = text("call.incoming", { caller: whoAndNumber(text, call.peer) });
  const options: CallNotificationOptions = {
    body: text("app.title"),
    tag: tagOf(reference),
    icon: "/icons/icon-192.png",
    requireInteraction: true,
    // The phone rings by itself.
    silent: true,
    renotify: false,
    data: reference,
    actions: [
      { action: "answer", title: text("call.answer") },
      { action: "reject", title: text("call.reject") },
    ],
  };
  try {
    const worker = await desktop.worker();
    if (!worker) return showPlain(desktop, title, options);
    await worker.showNotification(title, options);
    return { close: () => void closeAll(worker, options.tag) };
  } catch {
    // The browser has changed its mind about the permission, or shows none on this system: the page rings all the same.
    return undefined;
  }
}

async function closeAll(worker: Pick<ServiceWorkerRegistration, "getNotifications">, tag?: string): Promise<void> {
  for (const notification of await worker.getNotifications({ tag })) notification.close();
}

function showPlain(desktop: Desktop, title: string, { body, tag, icon, silent, data }: NotificationOptions): Shown {
  const notification = desktop.show(title, { body, tag, icon, silent, data, requireInteraction: true });
  notification.onclick = () => {
    desktop.focus();
    notification.close();
  };
  return notification;
}
