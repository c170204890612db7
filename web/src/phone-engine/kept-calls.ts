import type { Call, Peer } from "./phone-engine";

/**
 * What this tab remembers of an answered call, so that it can take the call back after it was loaded anew or has crashed:
 * the name of the dialog, by which an INVITE with Replaces asks for it (RFC 3891), and what the user has seen.
 */
export interface KeptCall {
  callId: string;
  /** Ours and the server's. */
  localTag: string;
  remoteTag: string;
  /** By which the server keeps the whole call, however often its page was loaded anew: the first dialog's. */
  sipCallId: string;
  direction: Call["direction"];
  peer: Peer;
  /** Milliseconds since 1970. */
  since: number;
  muted: boolean;
  held: boolean;
  /** The user talks on it. */
  current: boolean;
}

/** Whose calls they are. The contact is that of the tab: a duplicate of it has another, and takes nothing away. */
export interface Keeper {
  address: string;
  contact: string;
}

const KEY = "webcalling.calls";
/** The server waits about that long; afterwards there is nothing to take back. */
const LASTS_MS = 30_000;

/** Where calls are kept for whoever comes after this page. */
export interface CallShelf {
  keep(keeper: Keeper, calls: readonly KeptCall[]): void;
  /** The calls that were kept, once: whatever becomes of them, nobody tries it a second time. */
  take(keeper: Keeper): readonly KeptCall[];
  forget(): void;
}

/** For the next page in this tab. */
export const tabShelf: CallShelf = {
  keep({ address, contact }, calls) {
    try {
      if (calls.length === 0) sessionStorage.removeItem(KEY);
      else sessionStorage.setItem(KEY, JSON.stringify({ address, contact, keptAt: Date.now(), calls }));
    } catch {
      // Storage forbidden or full: the calls then last as long as the page.
    }
  },

  take({ address, contact }) {
    try {
      const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
      this.forget();
      if (!isRecord(kept) || kept.address !== address || kept.contact !== contact || !Array.isArray(kept.calls))
        return [];
      const age = Date.now() - Number(kept.keptAt);
      return age >= 0 && age < LASTS_MS ? kept.calls.filter(isKeptCall) : [];
    } catch {
      return [];
    }
  },

  forget() {
    try {
      sessionStorage.removeItem(KEY);
    } catch {
      // Storage is forbidden: nothing was kept.
    }
  },
};

/**
 * RFC 3891 section 3: "the to-tag parameter [is] compared to the local tag, and the from-tag parameter to the remote
 * tag" by whoever is asked, which is the server.
 */
export function replacesOf({ callId, localTag, remoteTag }: KeptCall): string {
  return `${callId};to-tag=${remoteTag};from-tag=${localTag}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isKeptCall(value: unknown): value is KeptCall {
  if (!isRecord(value) || !isRecord(value.peer)) return false;
  const { name, number } = value.peer;
  const texts = [value.callId, value.localTag, value.remoteTag, value.sipCallId];
  return (
    // They go into a header.
    texts.every((text) => typeof text === "string" && /^[^\s;,<>"]+$/.test(text)) &&
    (value.direction === "incoming" || value.direction === "outgoing") &&
    typeof number === "string" &&
    (name === undefined || typeof name === "string") &&
    typeof value.since === "number" &&
    [value.muted, value.held, value.current].every((flag) => typeof flag === "boolean")
  );
}
