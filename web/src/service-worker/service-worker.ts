/// <reference lib="webworker" />
import { callAction, callReference, type NotificationPress } from "../desktop/call-notification";
import { type MessagePress, messageReference } from "../desktop/message-press";
import { oldShelves, shelfName, sourceOf } from "./shelf";

declare const self: ServiceWorkerGlobalScope;
/** Both are written in by the build (`vite-service-worker.ts`): the paths of all files, and what changes with any of them. */
declare const __FILES__: readonly string[];
declare const __FILES_VERSION__: string;

const SERVER_PATIENCE_MS = 3_000;

const files = new Set(__FILES__);
const shelf = shelfName(__FILES_VERSION__);

self.addEventListener("install", (event) => {
  event.waitUntil(fillShelf());
});

async function fillShelf(): Promise<void> {
  const cache = await caches.open(shelf);
  await cache.addAll([...files].map((path) => new Request(path, { cache: "no-cache" })));
  // Pages that are open lose nothing by it: see `oldShelves`, and they fetch no more files once they are signed in.
  await self.skipWaiting();
}

self.addEventListener("activate", (event) => {
  event.waitUntil(clearShelves());
});

async function clearShelves(): Promise<void> {
  await Promise.all(oldShelves(await caches.keys(), shelf).map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  switch (sourceOf(event.request, files, self.location.origin)) {
    case "server-first":
      event.respondWith(fromServer(event.request));
      return;
    case "kept-first":
      event.respondWith(fromShelf(event.request));
      return;
    case "browser":
      return;
  }
});

async function fromServer(request: Request): Promise<Response> {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(SERVER_PATIENCE_MS) });
  } catch (error) {
    const kept = await caches.match("/", { cacheName: shelf });
    if (kept) return kept;
    throw error;
  }
}

async function fromShelf(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(tellPages(event));
});

/** Every page is told; the one that has the call knows it by its tab. */
async function tellPages({ action, notification }: NotificationEvent): Promise<void> {
  const press = pressOn(notification.data, action);
  if (!press) return;
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const page of pages) page.postMessage(press);
  // Who rejects goes on with something else.
  if (press.kind === "message-press" || press.action !== "reject") await pages.find((page) => !page.focused)?.focus();
}

function pressOn(data: unknown, action: string): NotificationPress | MessagePress | undefined {
  const call = callReference(data);
  if (call) return { kind: "notification-press", ...call, action: callAction(action) };
  const message = messageReference(data);
  return message && { kind: "message-press", ...message };
}
