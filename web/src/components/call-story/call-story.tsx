import { useEffect, useMemo, useRef, useState } from "react";
import { useStore } from "zustand";
import type { TextKey } from "../../languages/sentence";
import { useText } from "../../languages/text";
import type { PhoneEngine } from "../../phone-engine/phone-engine";
import { MOST_MESSAGES } from "../../phone-engine/sip-record/sip-record";
import type { ApiProblem } from "../../server-api/request";
import { askForStory, type Story } from "../../server-api/story";
import { usePhone } from "../../store/phone-context";
import { useShell } from "../../store/shell";
import { isOver, ladderOf, type Rung } from "../../story/ladder";
import { sentenceOf, storyFile, timeOf } from "../../story/phrases";

const ASK_AGAIN_MS = 2_000;

const PROBLEMS = {
  "signed-out": "signInProblems.session-ended",
  "not-found": "story.gone",
  unreachable: "story.unreachable",
  nonsense: "story.unreachable",
} as const satisfies Record<ApiProblem, TextKey>;

interface Props {
  callId: string;
  onClose: () => void;
}

/** The SIP messages of a call as a ladder, each with a line in plain words and its text behind it. */
export function CallStory({ callId, onClose }: Props) {
  const text = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  const { engine } = usePhone();
  const isTold = useStore(useShell().server, ({ features }) => features.includes("story"));
  const { story, problem } = useStory(callId, isTold ? askForStory : ownStory(engine));
  const rungs = useMemo(() => (story ? ladderOf(story) : []), [story]);
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal?.();
  }, []);
  return (
    <dialog
      id="callStory"
      ref={dialog}
      className="sheet call-story"
      aria-labelledby="callStoryTitle"
      onClose={onClose}
      // Keys typed here are not digits for the call behind it.
      onKeyDown={(event) => event.stopPropagation()}
    >
      <h2 id="callStoryTitle" className="sheet-title">
        {text("story.title")}
      </h2>
      {problem && (
        <p id="callStoryProblem" role="alert" data-problem={problem}>
          {text(PROBLEMS[problem])}
        </p>
      )}
      {!isTold && <p className="sheet-hint">{text("story.ownOnly")}</p>}
      {story?.complete === false && <p className="sheet-hint">{text("story.incomplete")}</p>}
      {rungs.length > 0 && <Ladder rungs={rungs} isOurs={isTold} />}
      <div className="contact-buttons">
        {rungs.length > 0 && (
          <button
            type="button"
            id="saveStoryBtn"
            className="btn btn-outline-secondary"
            onClick={() => save("call-story.txt", storyFile(text, rungs))}
          >
            {text("story.save")}
          </button>
        )}
        <button
          type="button"
          id="closeStoryBtn"
          className="btn btn-primary"
          onClick={() => (dialog.current?.close ? dialog.current.close() : onClose())}
        >
          {text("app.close")}
        </button>
      </div>
    </dialog>
  );
}

/** Asked for again while the call goes on. */
function useStory(callId: string, askFor: typeof askForStory): { story?: Story; problem?: ApiProblem } {
  const [state, setState] = useState<{ story?: Story; problem?: ApiProblem }>({});
  const asking = useRef(askFor);
  asking.current = askFor;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOpen = true;
    let wasOver = false;
    const look = async () => {
      const answer = await asking.current(callId);
      if (!isOpen) return;
      if ("value" in answer) setState({ story: answer.value });
      // What was shown before stays.
      else setState(({ story }) => ({ story, problem: answer.problem }));
      const over = "value" in answer ? isOver(answer.value) : answer.problem !== "unreachable";
      // Once more for the last words.
      if (!(over && wasOver)) timer = setTimeout(() => void look(), ASK_AGAIN_MS);
      wasOver = over;
    };
    void look();
    return () => {
      isOpen = false;
      clearTimeout(timer);
    };
  }, [callId]);
  return state;
}

/** Two columns where nothing is known of the other side. */
function Ladder({ rungs, isOurs }: { rungs: readonly Rung[]; isOurs: boolean }) {
  const text = useText();
  return (
    <>
      <div className="ladder-columns" aria-hidden="true">
        <span>{text("story.you")}</span>
        <span>{text(isOurs ? "story.server" : "story.anyServer")}</span>
        {isOurs && <span>{text("story.other")}</span>}
      </div>
      <ol className="ladder" aria-label={text("story.messages")}>
        {rungs.map((rung) => (
          <RungEntry key={rung.id} rung={rung} />
        ))}
      </ol>
    </>
  );
}

function RungEntry({ rung }: { rung: Rung }) {
  const text = useText();
  const { from, to, tone, label, after, again, message } = rung;
  return (
    <li className="rung" data-from={from} data-to={to} data-tone={tone} data-label={label}>
      <details>
        <summary>
          <span className="rung-arrow">
            <span className="rung-label">{label}</span>
          </span>
          <span className="visually-hidden">
            {text("story.arrow", { from: text(`story.${from}`), to: text(`story.${to}`) })}{" "}
          </span>
          <span className="rung-facts">
            <span className="rung-time">{timeOf(after)}</span> {sentenceOf(text, rung)}
            {again > 0 && <> ({text("story.again", { count: again })})</>}
          </span>
        </summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached with the keyboard */}
        <pre className="rung-message" tabIndex={0}>
          {message}
        </pre>
      </details>
    </li>
  );
}

/** The messages of this page, in the words of the server: what we have sent has come in there. */
function ownStory(engine: PhoneEngine): typeof askForStory {
  return async (callId) => {
    const messages = engine.recordOf(callId).map(({ at, direction, message }) => ({
      at,
      leg: "own" as const,
      direction: direction === "sent" ? ("in" as const) : ("out" as const),
      message,
    }));
    const isWhole = messages.length < MOST_MESSAGES;
    return messages.length > 0 ? { value: { messages, complete: isWhole } } : { problem: "not-found" };
  };
}

function save(name: string, content: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "text/plain;charset=utf-8" }));
  link.download = name;
  link.click();
  // The browser has begun to read it.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
