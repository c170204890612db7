import emptyIcon from "bootstrap-icons/icons/clock-history.svg?paths";
import { useEffect } from "react";
import { useStore } from "zustand";
import { useText } from "../../languages/text";
import { seeMissedCalls } from "../../store/call-history";
import { useShell } from "../../store/shell";
import { EmptyPage } from "../empty-page";
import { HistoryEntry } from "./history-entry";
import { KeptCalls } from "./kept-calls";

export function HistoryPage() {
  const text = useText();
  const { history, server } = useShell();
  const isKept = useStore(server, ({ features }) => features.includes("history"));
  const unseen = useStore(history, (all) => all.unseen);
  useEffect(() => {
    if (unseen > 0) seeMissedCalls(history);
  }, [history, unseen]);
  return (
    <div className="page">
      <h2 className="page-title">{text("pages.history")}</h2>
      {isKept ? <KeptCalls /> : <CallsOfThisPage />}
    </div>
  );
}

/** All that is known where the server keeps nothing. */
function CallsOfThisPage() {
  const text = useText();
  const records = useStore(useShell().history, (all) => all.records);
  if (records.length === 0) return <EmptyPage icon={emptyIcon} sentence={text("history.none")} />;
  return (
    <ul className="entries" aria-label={text("history.list")}>
      {records.map((record) => (
        <HistoryEntry key={record.id} record={record} />
      ))}
    </ul>
  );
}
