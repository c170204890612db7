/**
 * The user and host of our SIP Contact. It stays the same over a reload of the tab, so that the new page's
 * REGISTER replaces the binding of the old one instead of adding a second phone that nobody answers.
 */
export interface ContactIdentity {
  user: string;
  host: string;
}

const KEY = "webcalling.contact";

export async function claimContactIdentity(): Promise<ContactIdentity> {
  const stored = read();
  // A duplicated tab inherits its parent's session storage; the lock tells it that the identity is in use.
  if (stored && (await lock(stored))) return stored;
  const fresh = { user: token(8), host: `${token(12)}.invalid` };
  write(fresh);
  await lock(fresh);
  return fresh;
}

const held = new Set<string>();
/** After a reload the old page may still hold the lock for a moment. */
const LOCK_PATIENCE_MS = 500;

function lock(identity: ContactIdentity): Promise<boolean> {
  // Web Locks exist on secure pages only; elsewhere a duplicated tab is the lesser evil.
  if (held.has(identity.user) || !navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    const untilPageEnds = (): Promise<void> => {
      held.add(identity.user);
      resolve(true);
      return new Promise<void>(() => {});
    };
    navigator.locks
      .request(`${KEY}.${identity.user}`, { signal: AbortSignal.timeout(LOCK_PATIENCE_MS) }, untilPageEnds)
      .catch(() => resolve(false));
  });
}

function read(): ContactIdentity | undefined {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    if (typeof value !== "object" || value === null || !("user" in value) || !("host" in value)) return undefined;
    const { user, host } = value;
    if (typeof user !== "string" || typeof host !== "string") return undefined;
    return /^[a-z0-9]{8}$/.test(user) && /^[a-z0-9]{12}\.invalid$/.test(host) ? { user, host } : undefined;
  } catch {
    return undefined;
  }
}

function write(identity: ContactIdentity): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(identity));
  } catch {
    // Storage forbidden or full: the identity then lasts as long as the page.
  }
}

function token(length: number): string {
  const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join("");
}
