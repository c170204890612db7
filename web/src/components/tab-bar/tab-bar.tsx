import messagesIcon from "bootstrap-icons/icons/chat-dots-fill.svg?paths";
import historyIcon from "bootstrap-icons/icons/clock-history.svg?paths";
import settingsIcon from "bootstrap-icons/icons/gear-fill.svg?paths";
import peopleIcon from "bootstrap-icons/icons/people-fill.svg?paths";
import phoneIcon from "bootstrap-icons/icons/telephone-fill.svg?paths";
import { useStore } from "zustand";
import { useText } from "../../languages/text";
import { unreadIn } from "../../store/messages";
import { addressOf, PAGES, type Page } from "../../store/navigation";
import { useNavigation, useShell } from "../../store/shell";
import { Icon } from "../icon";

const ICONS: Record<Page, readonly string[]> = {
  phone: phoneIcon,
  people: peopleIcon,
  history: historyIcon,
  messages: messagesIcon,
  settings: settingsIcon,
};

/** Links, so that they can be opened, bookmarked and gone back from like any other. */
export function TabBar() {
  const text = useText();
  const open = useNavigation(({ page }) => page);
  return (
    <nav className="tab-bar" aria-label={text("pages.label")}>
      {PAGES.map((page) => (
        <a
          key={page}
          id={`${page}Tab`}
          className="tab"
          href={addressOf(page)}
          aria-current={page === open ? "page" : undefined}
        >
          <Icon paths={ICONS[page]} />
          <span className="tab-name">{text(`pages.${page}`)}</span>
          {page === "history" && <MissedCalls />}
          {page === "messages" && <UnreadMessages />}
        </a>
      ))}
    </nav>
  );
}

function MissedCalls() {
  const text = useText();
  const missed = useStore(useShell().history, ({ unseen }) => unseen);
  if (missed === 0) return null;
  return (
    <span className="tab-badge badge text-bg-danger">
      <span id="missedCount" aria-hidden="true">
        {missed}
      </span>
      <span className="visually-hidden">{text("pages.missed", { count: missed })}</span>
    </span>
  );
}

function UnreadMessages() {
  const text = useText();
  const unread = useStore(useShell().messages, unreadIn);
  if (unread === 0) return null;
  return (
    <span className="tab-badge badge text-bg-primary">
      <span id="unreadCount" aria-hidden="true">
        {unread}
      </span>
      <span className="visually-hidden">{text("messages.unread", { count: unread })}</span>
    </span>
  );
}
