import backIcon from "bootstrap-icons/icons/arrow-left.svg?paths";
import callIcon from "bootstrap-icons/icons/telephone-fill.svg?paths";
import { useEffect, useLayoutEffect, useRef } from "react";
import { useStore } from "zustand";
import { who, whoAndNumber } from "../../languages/phrases";
import { useText } from "../../languages/text";
import { conversationWith } from "../../store/messages";
import { useShell } from "../../store/shell";
import { CallButton } from "../call-button";
import { Icon } from "../icon";
import { useNamed } from "../use-named";
import { MessageEntry } from "./message-entry";
import { MessageForm } from "./message-form";

/** Somebody who has scrolled further up reads, and is not torn from that. */
const AT_THE_END_PX = 80;

export function ConversationView({ number }: { number: string }) {
  const text = useText();
  const chat = useShell().messages;
  const conversations = useStore(chat, (all) => all.conversations);
  const { peer: writer, messages, unread } = conversationWith(conversations, number);
  const peer = useNamed()(writer);
  const log = useScrollToEnd(messages.at(-1)?.id);
  useSeeing(number, unread);
  return (
    <section className="conversation" data-number={number} aria-label={text("messages.with", { who: who(text, peer) })}>
      <div className="conversation-head">
        <button
          id="closeConversationBtn"
          type="button"
          className="btn btn-outline-secondary entry-button"
          title={text("messages.all")}
          aria-label={text("messages.all")}
          onClick={() => chat.close()}
        >
          <Icon paths={backIcon} />
        </button>
        <h3 className="conversation-peer">
          <bdi>{whoAndNumber(text, peer)}</bdi>
        </h3>
        <CallButton number={number} who={who(text, peer)} icon={callIcon} />
      </div>
      <div
        id="messageLog"
        className="message-log"
        role="log"
        aria-live="polite"
        aria-label={text("messages.with", { who: who(text, peer) })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached with the keyboard
        tabIndex={0}
        ref={log}
      >
        {messages.map((message) => (
          <MessageEntry key={message.id} message={message} peer={peer} />
        ))}
      </div>
      <MessageForm number={number} who={who(text, peer)} />
    </section>
  );
}

/** What comes while the user looks elsewhere stays unread until they look here again. */
function useSeeing(number: string, unread: number): void {
  const chat = useShell().messages;
  useEffect(() => {
    const see = () => {
      if (unread > 0 && document.visibilityState === "visible") chat.see(number);
    };
    see();
    document.addEventListener("visibilitychange", see);
    return () => document.removeEventListener("visibilitychange", see);
  }, [chat, number, unread]);
}

function useScrollToEnd(last: string | undefined) {
  const log = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    const element = log.current;
    if (!element) return;
    const look = () => {
      atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < AT_THE_END_PX;
    };
    element.addEventListener("scroll", look);
    return () => element.removeEventListener("scroll", look);
  }, []);
  useLayoutEffect(() => {
    if (last !== undefined && atEnd.current && log.current) log.current.scrollTop = log.current.scrollHeight;
  }, [last]);
  return log;
}
