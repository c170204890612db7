import type { PhoneView } from "./phone-view";

const KEY = "webcalling.session";

/** Whether this browser may have a session at the server; the session itself is in a cookie that no script sees. */
export function mayHaveSession(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

/** Keeps that in step with the phone. Without storage the user signs in again after a reload. */
export function followSession({ registration, identity }: PhoneView): void {
  try {
    if (registration.kind === "registered" && identity?.session) localStorage.setItem(KEY, "open");
    if (registration.kind === "signed-out" && isOver(registration.problem)) localStorage.removeItem(KEY);
  } catch {
    // Storage is forbidden or full.
  }
}

/** A server that cannot be reached has not ended it. */
function isOver(problem: string | undefined): boolean {
  return problem !== "server-unreachable" && problem !== "server-error";
}
