import emptyIcon from "bootstrap-icons/icons/chat-dots.svg?paths";
import { useStore } from "zustand";
import { localeOf } from "../../languages/language";
import { who } from "../../languages/phrases";
import { useLanguage, useText } from "../../languages/text";
import { useShell } from "../../store/shell";
import { EmptyPage } from "../empty-page";

export function MessagesPage() {
  const text = useText();
  const locale = localeOf(useLanguage());
  const conversations = useStore(useShell().messages, (messages) => messages.conversations);
  const format = new Intl.DateTimeFormat(locale, { dateStyle: "short", timeStyle: "short" });
  return (
    <div className="page">
      <h2 className="page-title">{text("pages.messages")}</h2>
      {conversations.length === 0 ? (
        <EmptyPage icon={emptyIcon} sentence={text("messages.none")} />
      ) : (
        <ul className="entries">
          {conversations.map(({ peer, lastText, lastAt, unread }) => (
            <li key={peer.number} className="entry">
              <div className="entry-words">
                <div className="entry-name">{who(text, peer)}</div>
                <div className="entry-facts">
                  {lastText} · <time dateTime={new Date(lastAt).toISOString()}>{format.format(lastAt)}</time>
                </div>
              </div>
              {unread > 0 && (
                <span className="badge text-bg-primary">
                  <span aria-hidden="true">{unread}</span>
                  <span className="visually-hidden">{text("messages.unread", { count: unread })}</span>
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
