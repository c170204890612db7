import type { MessageFailure } from "../phone-engine/messaging/message";
import type { ChatMessage, Conversation, Delivery } from "./messages";
import { keepStored, readStored, type StorageProblem } from "./storage";

export const MAX_CONVERSATIONS = 50;
export const MAX_MESSAGES = 200;
/** Of all texts together: browsers give a page 5 MB, and other things are kept there too. */
export const MAX_CHARACTERS = 1_500_000;

const FAILURES: Record<MessageFailure, true> = {
  "unknown-number": true,
  "not-kept": true,
  "too-long": true,
  declined: true,
  "no-text": true,
  connection: true,
  interrupted: true,
  failed: true,
};

const keyOf = (account: string) => `webcalling.messages.${account}`;

/** The newest, as many as are kept. */
export function bounded(conversations: readonly Conversation[]): readonly Conversation[] {
  let characters = 0;
  return conversations.slice(0, MAX_CONVERSATIONS).flatMap((conversation, index) => {
    const newest = conversation.messages.slice(-MAX_MESSAGES);
    let first = newest.length;
    while (first > 0 && characters + (newest[first - 1]?.text.length ?? 0) <= MAX_CHARACTERS) {
      first -= 1;
      characters += newest[first]?.text.length ?? 0;
    }
    if (first === newest.length && index > 0) return [];
    return [{ ...conversation, messages: newest.slice(first), unread: Math.min(conversation.unread, MAX_MESSAGES) }];
  });
}

/** Whether that is where the conversations of the account are kept. */
export function isKeyOf(account: string, key: string | null): boolean {
  return key === keyOf(account);
}

/** What the browser has kept for this account; whatever cannot be read is left out. */
export function readConversations(account: string): readonly Conversation[] {
  const value = readStored(keyOf(account));
  return Array.isArray(value) ? bounded(value.flatMap(readConversation)) : [];
}

export function keepConversations(account: string, conversations: readonly Conversation[]): StorageProblem | undefined {
  return keepStored(keyOf(account), conversations);
}

function readConversation(value: unknown): Conversation[] {
  const number = field(field(value, "peer"), "number");
  const name = field(field(value, "peer"), "name");
  const messages = field(value, "messages");
  const unread = field(value, "unread");
  if (typeof number !== "string" || !Array.isArray(messages)) return [];
  const peer = typeof name === "string" ? { number, name } : { number };
  return [{ peer, messages: messages.flatMap(readMessage), unread: typeof unread === "number" ? unread : 0 }];
}

function readMessage(value: unknown): ChatMessage[] {
  const id = field(value, "id");
  const text = field(value, "text");
  const at = field(value, "at");
  if (typeof id !== "string" || typeof text !== "string" || typeof at !== "number" || !isTime(at)) return [];
  if (field(value, "direction") === "incoming") return [{ id, direction: "incoming", text, at }];
  return [{ id, direction: "outgoing", text, at, delivery: readDelivery(field(value, "delivery")) }];
}

function readDelivery(value: unknown): Delivery {
  const kind = field(value, "kind");
  if (kind === "delivered" || kind === "kept" || kind === "sending") return { kind };
  const reason = field(value, "reason");
  return { kind: "failed", reason: isFailure(reason) ? reason : "failed" };
}

function isFailure(value: unknown): value is MessageFailure {
  return typeof value === "string" && Object.hasOwn(FAILURES, value);
}

function isTime(at: number): boolean {
  return !Number.isNaN(new Date(at).getTime());
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
