/** What page and service worker agree on about the notification of a call. */

export type CallAction = "answer" | "reject";

/** Kept with the notification, so that a press on it finds its call among all tabs. */
export interface CallReference {
  tab: string;
  call: string;
}

/** What the service worker tells the pages when the user has pressed. Without an action: look at the call. */
export interface NotificationPress extends CallReference {
  kind: "notification-press";
  action?: CallAction;
}

export function tagOf({ tab, call }: CallReference): string {
  return `webcalling-call-${tab}-${call}`;
}

export function callReference(data: unknown): CallReference | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const tab: unknown = Reflect.get(data, "tab");
  const call: unknown = Reflect.get(data, "call");
  return typeof tab === "string" && typeof call === "string" ? { tab, call } : undefined;
}

export function notificationPress(data: unknown): NotificationPress | undefined {
  const reference = callReference(data);
  if (!reference || Reflect.get(Object(data), "kind") !== "notification-press") return undefined;
  return { kind: "notification-press", ...reference, action: callAction(Reflect.get(Object(data), "action")) };
}

export function callAction(value: unknown): CallAction | undefined {
  return value === "answer" || value === "reject" ? value : undefined;
}
