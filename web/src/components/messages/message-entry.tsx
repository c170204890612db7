import { useState } from "react";
import { localeOf } from "../../languages/language";
import { who } from "../../languages/phrases";
import { type Text, useLanguage, useText } from "../../languages/text";
import type { Peer } from "../../phone-engine/phone-engine";
import type { ChatMessage, Delivery } from "../../store/messages";
import { useShell } from "../../store/shell";

/** A longer text is shown up to here until the user wants all of it. */
const SHORT = 2_000;

interface Props {
  message: ChatMessage;
  peer: Peer;
}

export function MessageEntry({ message, peer }: Props) {
  const text = useText();
  const locale = localeOf(useLanguage());
  const [whole, setWhole] = useState(false);
  const { direction, at, delivery } = message;
  const isShortened = !whole && message.text.length > SHORT;
  const time = new Intl.DateTimeFormat(locale, { dateStyle: "short", timeStyle: "short" }).format(at);
  return (
    <article className="message" data-direction={direction} data-delivery={delivery?.kind}>
      <span className="visually-hidden">
        {direction === "incoming" ? text("messages.theirs", { who: who(text, peer) }) : text("messages.mine")}
      </span>
      <p className="message-text" dir="auto">
        {isShortened ? `${shortened(message.text)}…` : message.text}
      </p>
      {isShortened && (
        <button type="button" className="btn btn-link message-action" onClick={() => setWhole(true)}>
          {text("messages.showAll")}
        </button>
      )}
      <div className="message-facts">
        <time dateTime={new Date(at).toISOString()}>{time}</time>
        {delivery && <span className="message-delivery"> · {deliveryState(text, delivery, peer)}</span>}
      </div>
      {delivery?.kind === "failed" && <Retry number={peer.number} id={message.id} />}
    </article>
  );
}

function Retry({ number, id }: { number: string; id: string }) {
  const text = useText();
  const chat = useShell().messages;
  return (
    <button type="button" className="btn btn-link message-action message-retry" onClick={() => chat.retry(number, id)}>
      {text("app.tryAgain")}
    </button>
  );
}

function deliveryState(text: Text, delivery: Delivery, peer: Peer): string {
  switch (delivery.kind) {
    case "sending":
      return text("messages.sending");
    case "delivered":
      return text("messages.delivered");
    case "kept":
      return text("messages.kept", { who: who(text, peer) });
    case "failed":
      return text(`messageFailures.${delivery.reason}`, { who: who(text, peer) });
  }
}

/** Never half a pair of surrogates. */
function shortened(text: string): string {
  return text.slice(0, SHORT).replace(/\p{Surrogate}$/u, "");
}
