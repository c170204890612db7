import { createStore, type StoreApi } from "zustand/vanilla";
import type { Peer } from "../phone-engine/phone-engine";

export interface Conversation {
  peer: Peer;
  lastText: string;
  /** Milliseconds since 1970. */
  lastAt: number;
  unread: number;
}

/** Conversations in writing, the newest first. */
export interface Messages {
  conversations: readonly Conversation[];
}

export function createMessages(): StoreApi<Messages> {
  return createStore<Messages>(() => ({ conversations: [] }));
}
