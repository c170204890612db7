import { createStore, type StoreApi } from "zustand/vanilla";
import type { MessageOutcome, ReceivedMessage } from "../phone-engine/messaging/message";
import type { Call, Peer } from "../phone-engine/phone-engine";
import { bounded, isKeyOf, keepConversations, readConversations } from "./kept-messages";
import type { Phone } from "./phone-store";
import type { StorageProblem } from "./storage";

export type Delivery = { kind: "sending" } | MessageOutcome;

export interface ChatMessage {
  id: string;
  direction: Call["direction"];
  text: string;
  /** Milliseconds since 1970. */
  at: number;
  /** Of an outgoing one. */
  delivery?: Delivery;
}

export interface Conversation {
  peer: Peer;
  /** The oldest first. */
  messages: readonly ChatMessage[];
  unread: number;
}

/** Conversations in writing. */
export interface Messages {
  /** Whose they are: `sip:1002@localhost`. Nobody's until somebody has signed in. */
  account?: string;
  /** The one that was written in last comes first. */
  conversations: readonly Conversation[];
  /** The number of the conversation that the page shows, which may not have begun. */
  open?: string;
  /** What is typed, but not sent yet, by number. */
  drafts: Readonly<Record<string, string>>;
  /** Why what is written now will be gone with this page. */
  storageProblem?: StorageProblem;
}

export interface MessageCommands {
  open(number: string): void;
  close(): void;
  /** The user has seen what is in there. */
  see(number: string): void;
  draft(number: string, text: string): void;
  send(number: string, text: string): void;
  /** Sends one anew that has failed. */
  retry(number: string, id: string): void;
}

export interface Chat extends StoreApi<Messages>, MessageCommands {}

const NOTHING: Messages = {
  account: undefined,
  conversations: [],
  open: undefined,
  drafts: {},
  storageProblem: undefined,
};

/** Tells requests of pages apart that were open before; crypto.randomUUID() is for secure pages only. */
const newId = () => Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join("");

export function createMessages({ store: phone, engine }: Pick<Phone, "store" | "engine">): Chat {
  const store = createStore<Messages>(() => NOTHING);

  /** Changes what is kept, and not what was read once: another tab may have changed it meanwhile. */
  const change = (edit: (conversations: readonly Conversation[]) => readonly Conversation[]) => {
    const { account, conversations: shown, storageProblem } = store.getState();
    const conversations = bounded(edit(account && !storageProblem ? readConversations(account) : shown));
    store.setState({ conversations, storageProblem: account ? keepConversations(account, conversations) : undefined });
  };
  const enter = (account: string | undefined) => {
    if (account === store.getState().account) return;
    store.setState({ ...NOTHING, account, conversations: account ? readConversations(account) : [] });
    const isSending = ({ messages }: Conversation) => messages.some(({ delivery }) => delivery?.kind === "sending");
    // The page that was sending it is gone. If it is another tab that still does, that one will say how it went.
    if (store.getState().conversations.some(isSending)) change((conversations) => conversations.map(interrupted));
  };
  window.addEventListener("storage", ({ key }) => {
    const { account } = store.getState();
    if (account && isKeyOf(account, key)) store.setState({ conversations: readConversations(account) });
  });
  const receive = ({ id, from, text, sentAt }: ReceivedMessage) => {
    // The server brings what it has kept at once, maybe before anybody has heard that we are registered.
    enter(engine.state.identity?.address);
    change((conversations) => {
      const conversation = conversationWith(conversations, from.number);
      if (conversation.messages.some((message) => message.id === id)) return conversations;
      const changed = { ...conversation, peer: from, unread: conversation.unread + 1 };
      return withNew(conversations, changed, { id, direction: "incoming", text, at: sentAt });
    });
  };
  const transmit = async (number: string, id: string, text: string) => {
    const { account } = store.getState();
    const delivery = await engine.sendMessage(number, text);
    // Whoever has signed in meanwhile has other conversations; the one of before finds it "interrupted".
    if (store.getState().account === account)
      change((conversations) => withDelivery(conversations, number, id, delivery));
  };

  phone.subscribe(({ registration, identity }) => {
    if (registration.kind === "signed-out") enter(undefined);
    // Not before the server has taken the password: conversations are not for everybody who types a number.
    else if (registration.kind === "registered") enter(identity?.address);
  });
  if (phone.getState().registration.kind === "registered") enter(phone.getState().identity?.address);
  engine.subscribeMessages(receive);

  return {
    ...store,
    open: (number) => store.setState({ open: number }),
    close: () => store.setState({ open: undefined }),
    see(number) {
      const { conversations } = store.getState();
      if (conversationWith(conversations, number).unread === 0) return;
      change((all) => all.map((one) => (one.peer.number === number ? { ...one, unread: 0 } : one)));
    },
    draft: (number, text) => store.setState(({ drafts }) => ({ drafts: { ...drafts, [number]: text } })),
    send(number, text) {
      const id = newId();
      const delivery: Delivery = { kind: "sending" };
      const message: ChatMessage = { id, direction: "outgoing", text, at: Date.now(), delivery };
      change((conversations) => withNew(conversations, conversationWith(conversations, number), message));
      void transmit(number, id, text);
    },
    retry(number, id) {
      const { conversations } = store.getState();
      const failed = conversationWith(conversations, number).messages.find((message) => message.id === id);
      if (failed?.delivery?.kind !== "failed") return;
      change((all) => withDelivery(all, number, id, { kind: "sending" }));
      void transmit(number, id, failed.text);
    },
  };
}

/** The one with this number, or one that has not begun. */
export function conversationWith(conversations: readonly Conversation[], number: string): Conversation {
  return conversations.find(({ peer }) => peer.number === number) ?? { peer: { number }, messages: [], unread: 0 };
}

export function unreadIn({ conversations }: Messages): number {
  return conversations.reduce((sum, { unread }) => sum + unread, 0);
}

function withNew(
  conversations: readonly Conversation[],
  conversation: Conversation,
  message: ChatMessage,
): readonly Conversation[] {
  const others = conversations.filter(({ peer }) => peer.number !== conversation.peer.number);
  return [{ ...conversation, messages: [...conversation.messages, message] }, ...others];
}

function withDelivery(
  conversations: readonly Conversation[],
  number: string,
  id: string,
  delivery: Delivery,
): readonly Conversation[] {
  return conversations.map((one) => {
    if (one.peer.number !== number) return one;
    return {
      ...one,
      messages: one.messages.map((message) => (message.id === id ? { ...message, delivery } : message)),
    };
  });
}

function interrupted(conversation: Conversation): Conversation {
  const messages = conversation.messages.map((message): ChatMessage => {
    if (message.delivery?.kind !== "sending") return message;
    return { ...message, delivery: { kind: "failed", reason: "interrupted" } };
  });
  return { ...conversation, messages };
}
