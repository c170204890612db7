import emptyIcon from "bootstrap-icons/icons/chat-dots.svg?paths";
import { useStore } from "zustand";
import { useText } from "../../languages/text";
import { useShell } from "../../store/shell";
import { EmptyPage } from "../empty-page";
import { ConversationList } from "./conversation-list";
import { ConversationView } from "./conversation-view";
import { NewConversation } from "./new-conversation";

/** The list and one conversation: side by side where there is room, else one at a time. */
export function MessagesPage() {
  const text = useText();
  const { messages } = useShell();
  const isEmpty = useStore(messages, ({ conversations }) => conversations.length === 0);
  const open = useStore(messages, (all) => all.open);
  const problem = useStore(messages, (all) => all.storageProblem);
  return (
    <div className="page messages-page" data-open={open}>
      <h2 className="page-title">{text("pages.messages")}</h2>
      {problem && (
        <p id="messageStorage" className="alert alert-warning" role="alert" data-problem={problem}>
          {text(`messageStorage.${problem}`)}
        </p>
      )}
      <div className="messages-columns">
        <div className="messages-list">
          <NewConversation />
          {isEmpty ? <EmptyPage icon={emptyIcon} sentence={text("messages.none")} /> : <ConversationList />}
        </div>
        {open === undefined ? (
          !isEmpty && <p className="messages-choose">{text("messages.choose")}</p>
        ) : (
          <ConversationView key={open} number={open} />
        )}
      </div>
    </div>
  );
}
