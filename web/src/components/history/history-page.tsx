import emptyIcon from "bootstrap-icons/icons/clock-history.svg?paths";
import callIcon from "bootstrap-icons/icons/telephone-fill.svg?paths";
import incomingIcon from "bootstrap-icons/icons/telephone-inbound-fill.svg?paths";
import outgoingIcon from "bootstrap-icons/icons/telephone-outbound-fill.svg?paths";
import missedIcon from "bootstrap-icons/icons/telephone-x-fill.svg?paths";
import { useEffect } from "react";
import { useStore } from "zustand";
import { localeOf } from "../../languages/language";
import { who } from "../../languages/phrases";
import { useLanguage, useText } from "../../languages/text";
import { type CallRecord, seeMissedCalls } from "../../store/call-history";
import { useShell } from "../../store/shell";
import { CallButton } from "../call-button";
import { formatDuration } from "../call-timer";
import { EmptyPage } from "../empty-page";
import { Icon } from "../icon";

export function HistoryPage() {
  const text = useText();
  const { history } = useShell();
  const records = useStore(history, (all) => all.records);
  const unseen = useStore(history, (all) => all.unseen);
  useEffect(() => {
    if (unseen > 0) seeMissedCalls(history);
  }, [history, unseen]);
  return (
    <div className="page">
      <h2 className="page-title">{text("pages.history")}</h2>
      {records.length === 0 ? (
        <EmptyPage icon={emptyIcon} sentence={text("history.none")} />
      ) : (
        <ul className="entries" aria-label={text("history.list")}>
          {records.map((record) => (
            <HistoryEntry key={record.id} record={record} />
          ))}
        </ul>
      )}
    </div>
  );
}

function HistoryEntry({ record }: { record: CallRecord }) {
  const text = useText();
  const locale = localeOf(useLanguage());
  const time = new Intl.DateTimeFormat(locale, { dateStyle: "short", timeStyle: "short" }).format(record.startedAt);
  const name = who(text, record.peer);
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
      </div>
      <CallButton number={record.peer.number} who={name} icon={callIcon} />
    </li>
  );
}

function outcomeOf({ outcome, answeredAt, endedAt }: CallRecord, text: ReturnType<typeof useText>): string {
  if (outcome !== "answered") return text(`history.${outcome}`);
  return text("history.answered", { duration: formatDuration(Math.round((endedAt - (answeredAt ?? endedAt)) / 1000)) });
}
