import callIcon from "bootstrap-icons/icons/telephone-fill.svg?paths";
import incomingIcon from "bootstrap-icons/icons/telephone-inbound-fill.svg?paths";
import outgoingIcon from "bootstrap-icons/icons/telephone-outbound-fill.svg?paths";
import missedIcon from "bootstrap-icons/icons/telephone-x-fill.svg?paths";
import type { ReactNode } from "react";
import { localeOf } from "../../languages/language";
import { who } from "../../languages/phrases";
import { type Text, useLanguage, useText } from "../../languages/text";
import type { CallRecord } from "../../store/call-history";
import { CallButton } from "../call-button";
import { formatDuration } from "../call-timer";
import { Icon } from "../icon";
import { useNamed } from "../use-named";

/** One call that is over; `children` are what else is known of it. */
export function HistoryEntry({ record, children }: { record: CallRecord; children?: ReactNode }) {
  const text = useText();
  const locale = localeOf(useLanguage());
  const time = new Intl.DateTimeFormat(locale, { dateStyle: "short", timeStyle: "short" }).format(record.startedAt);
  const name = who(text, useNamed()(record.peer));
  return (
    <li className="entry" data-outcome={record.outcome} data-direction={record.direction}>
      <span className={`entry-icon ${record.outcome === "missed" ? "entry-icon-missed" : ""}`}>
        <Icon
          paths={
            record.outcome === "missed" ? missedIcon : record.direction === "incoming" ? incomingIcon : outgoingIcon
          }
        />
      </span>
      <div className="entry-words">
        <div className="entry-name">{name}</div>
        <div className="entry-facts">
          <span className="visually-hidden">{text(`history.${record.direction}`)}. </span>
          {outcomeOf(record, text)} · <time dateTime={new Date(record.startedAt).toISOString()}>{time}</time>
        </div>
        {children}
      </div>
      <CallButton number={record.peer.number} who={name} icon={callIcon} />
    </li>
  );
}

function outcomeOf({ outcome, answeredAt, endedAt }: CallRecord, text: Text): string {
  if (outcome !== "answered") return text(`history.${outcome}`);
  return text("history.answered", { duration: formatDuration(Math.round((endedAt - (answeredAt ?? endedAt)) / 1000)) });
}
