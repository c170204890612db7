/** What page and service worker agree on about the notification of a message. */

/** Kept with the notification, so that a press on it finds its conversation among all tabs. */
export interface MessageReference {
  tab: string;
  conversation: string;
}

/** What the service worker tells the pages when the user has pressed. */
export interface MessagePress extends MessageReference {
  kind: "message-press";
}

export function messageReference(data: unknown): MessageReference | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const tab: unknown = Reflect.get(data, "tab");
  const conversation: unknown = Reflect.get(data, "conversation");
  return typeof tab === "string" && typeof conversation === "string" ? { tab, conversation } : undefined;
}

export function messagePress(data: unknown): MessagePress | undefined {
  const reference = messageReference(data);
  if (!reference || Reflect.get(Object(data), "kind") !== "message-press") return undefined;
  return { kind: "message-press", ...reference };
}
