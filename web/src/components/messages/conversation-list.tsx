import { useEffect, useRef } from "react";
import { useStore } from "zustand";
import { localeOf } from "../../languages/language";
import { who } from "../../languages/phrases";
import { useLanguage, useText } from "../../languages/text";
import type { Conversation } from "../../store/messages";
import { useShell } from "../../store/shell";
import { useNamed } from "../use-named";

/** As much of the last message as a line shows at most. */
const EXCERPT = 100;

export function ConversationList() {
  const text = useText();
  const conversations = useStore(useShell().messages, (all) => all.conversations);
  const list = useFocusAfterClosing();
  return (
    <ul id="conversations" className="entries" aria-label={text("messages.conversations")} ref={list}>
      {conversations.map((conversation) => (
        <Entry key={conversation.peer.number} conversation={conversation} />
      ))}
    </ul>
  );
}

function Entry({ conversation: { peer: writer, messages, unread } }: { conversation: Conversation }) {
  const text = useText();
  const peer = useNamed()(writer);
  const locale = localeOf(useLanguage());
  const chat = useShell().messages;
  const isOpen = useStore(chat, ({ open }) => open === peer.number);
  const last = messages.at(-1);
  return (
    <li>
      <button
        type="button"
        className="conversation-entry"
        data-number={peer.number}
        aria-current={isOpen ? "true" : undefined}
        onClick={() => chat.open(peer.number)}
      >
        <span className="entry-words">
          <bdi className="entry-name">{who(text, peer)}</bdi>
          {last && (
            <span className="entry-facts">
              <bdi className="conversation-excerpt">{last.text.slice(0, EXCERPT)}</bdi>
              <time dateTime={new Date(last.at).toISOString()}>
                {new Intl.DateTimeFormat(locale, { dateStyle: "short", timeStyle: "short" }).format(last.at)}
              </time>
            </span>
          )}
        </span>
        {unread > 0 && (
          <span className="badge text-bg-primary">
            <span aria-hidden="true">{unread}</span>
            <span className="visually-hidden">{text("messages.unread", { count: unread })}</span>
          </span>
        )}
      </button>
    </li>
  );
}

/** Whoever goes back to the list is where they have come from. */
function useFocusAfterClosing() {
  const list = useRef<HTMLUListElement>(null);
  const open = useStore(useShell().messages, (all) => all.open);
  const before = useRef(open);
  useEffect(() => {
    const closed = open === undefined ? before.current : undefined;
    before.current = open;
    if (closed === undefined) return;
    const entries = [...(list.current?.querySelectorAll<HTMLElement>("[data-number]") ?? [])];
    entries.find((entry) => entry.dataset.number === closed)?.focus();
  }, [open]);
  return list;
}
