import emptyIcon from "bootstrap-icons/icons/clock-history.svg?paths";
import { useEffect, useRef } from "react";
import { useStore } from "zustand";
import { useText } from "../../languages/text";
import { FILTERS, type KeptRecord } from "../../store/server-history";
import { useShell } from "../../store/shell";
import { ApiProblemNotice } from "../api-problem-notice";
import { QualitySummary } from "../call-quality/quality-table";
import { CallStoryButton } from "../call-story/call-story-button";
import { EmptyPage } from "../empty-page";
import { ConfirmedButton } from "./confirmed-button";
import { HistoryEntry } from "./history-entry";

/** The history that the server keeps. */
export function KeptCalls() {
  const text = useText();
  const { store, commands } = useShell().keptHistory;
  const { records, more, loading, problem, filter, search } = useStore(store);
  const isNarrowed = filter !== "all" || search !== "";
  return (
    <>
      <Narrowing />
      {problem && (
        <ApiProblemNotice
          id="historyProblem"
          problem={problem}
          unreachable={text("history.unreachable")}
          onRetry={() => void commands.refresh()}
        />
      )}
      {records.length === 0 && !loading && !problem && (
        <EmptyPage icon={emptyIcon} sentence={text(isNarrowed ? "history.noMatch" : "history.none")} />
      )}
      {records.length > 0 && (
        <ul id="historyList" className="entries" aria-label={text("history.keptList")} aria-busy={loading}>
          {records.map((record) => (
            <HistoryEntry key={record.id} record={record}>
              <Details record={record} />
            </HistoryEntry>
          ))}
        </ul>
      )}
      {more && <Older />}
      {records.length > 0 && !isNarrowed && (
        <ConfirmedButton
          id="deleteAllCalls"
          name={text("history.deleteAll")}
          question={text("history.deleteAllSure")}
          onConfirm={() => void commands.clear()}
        />
      )}
    </>
  );
}

function Narrowing() {
  const text = useText();
  const { store, commands } = useShell().keptHistory;
  const { filter: chosen, search } = useStore(store);
  return (
    <>
      <fieldset id="historyFilter">
        <legend className="visually-hidden">{text("history.filter")}</legend>
        <div className="segments">
          {FILTERS.map((filter) => (
            <label key={filter} className="segment">
              <input
                type="radio"
                name="historyFilter"
                value={filter}
                checked={filter === chosen}
                onChange={() => commands.setFilter(filter)}
              />
              <span>{text(`history.${filter}`)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <input
        id="historySearch"
        type="search"
        className="form-control"
        aria-label={text("history.search")}
        placeholder={text("history.search")}
        value={search}
        onChange={(event) => commands.setSearch(event.target.value)}
      />
    </>
  );
}

/** Presses itself when it is scrolled into sight. */
function Older() {
  const text = useText();
  const { store, commands } = useShell().keptHistory;
  const loading = useStore(store, (all) => all.loading);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (loading || !button.current || !("IntersectionObserver" in window)) return;
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting && !store.getState().problem) void commands.loadMore();
    });
    observer.observe(button.current);
    return () => observer.disconnect();
  }, [loading, store, commands]);
  return (
    <button
      ref={button}
      type="button"
      id="olderCallsBtn"
      className="btn btn-outline-secondary"
      onClick={() => void commands.loadMore()}
    >
      {text("history.older")}
    </button>
  );
}

function Details({ record: { id, quality, callId } }: { record: KeptRecord }) {
  const text = useText();
  const { commands } = useShell().keptHistory;
  return (
    <details className="entry-facts">
      <summary>{text("history.details")}</summary>
      {quality ? <QualitySummary summary={quality} /> : <p>{text("history.notMeasured")}</p>}
      <CallStoryButton callId={callId} className="btn btn-outline-secondary" />
      <ConfirmedButton
        name={text("history.delete")}
        question={text("history.deleteOne")}
        onConfirm={() => void commands.remove(id)}
      />
    </details>
  );
}
