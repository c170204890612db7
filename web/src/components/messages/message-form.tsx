import sendIcon from "bootstrap-icons/icons/send-fill.svg?paths";
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { localeOf } from "../../languages/language";
import { useLanguage, useText } from "../../languages/text";
import { isTooLong, LONGEST_MESSAGE } from "../../phone-engine/messaging/message";
import { useShell } from "../../store/shell";
import { Icon } from "../icon";

export function MessageForm({ number, who }: { number: string; who: string }) {
  const text = useText();
  const locale = localeOf(useLanguage());
  const chat = useShell().messages;
  const draft = useStore(chat, ({ drafts }) => drafts[number] ?? "");
  const field = useRef<HTMLTextAreaElement>(null);
  const [tooLong, setTooLong] = useState(false);
  useEffect(() => field.current?.focus(), []);

  const send = () => {
    if (draft.trim() === "") return;
    if (isTooLong(draft)) {
      setTooLong(true);
      return;
    }
    chat.draft(number, "");
    chat.send(number, draft);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send();
    field.current?.focus();
  };
  const sendByEnter = (event: KeyboardEvent) => {
    // Enter also ends the choice of a Chinese or Japanese word.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form id="messageForm" className="message-form" onSubmit={submit}>
      <label className="visually-hidden" htmlFor="messageText">
        {text("messages.to", { who })}
      </label>
      <div className="input-group">
        <textarea
          id="messageText"
          className="form-control"
          rows={2}
          dir="auto"
          value={draft}
          aria-invalid={tooLong}
          aria-describedby={tooLong ? "messageError messageHint" : "messageHint"}
          onChange={(event) => {
            chat.draft(number, event.target.value);
            setTooLong(false);
          }}
          onKeyDown={sendByEnter}
          ref={field}
        />
        <button
          id="sendMessageBtn"
          type="submit"
          className="btn btn-primary"
          title={text("messages.send")}
          aria-label={text("messages.send")}
        >
          <Icon paths={sendIcon} />
        </button>
      </div>
      {tooLong && (
        <p id="messageError" className="messages-error" role="alert">
          {text("messages.tooLong", { bytes: new Intl.NumberFormat(locale).format(LONGEST_MESSAGE) })}
        </p>
      )}
      <div id="messageHint" className="form-text">
        {text("messages.hint")}
      </div>
    </form>
  );
}
