import connectIcon from "bootstrap-icons/icons/link-45deg.svg?paths";
import mergeIcon from "bootstrap-icons/icons/people-fill.svg?paths";
import answerIcon from "bootstrap-icons/icons/telephone-fill.svg?paths";
import busyIcon from "bootstrap-icons/icons/telephone-minus-fill.svg?paths";
import endIcon from "bootstrap-icons/icons/telephone-x-fill.svg?paths";
import closeIcon from "bootstrap-icons/icons/x-lg.svg?paths";
import { callState, endReason, transferState, who } from "../languages/phrases";
import { useText } from "../languages/text";
import type { Call } from "../phone-engine/phone-engine";
import { usePhone, useView } from "../store/phone-context";
import { canTalk, currentCall } from "../store/screen";
import { callStateName } from "./call-state-name";
import { Icon } from "./icon";

/** All calls, if there are several: who is on which line, and what can be done there. */
export function CallList() {
  const text = useText();
  const calls = useView((view) => view.calls);
  const current = useView(currentCall);
  if (calls.length < 2) return null;
  return (
    <ul id="callList" className="call-list" aria-label={text("calls.list")}>
      {calls.map((call) => (
        <CallRow key={call.id} call={call} isCurrent={call === current} />
      ))}
    </ul>
  );
}

function CallRow({ call, isCurrent }: { call: Call; isCurrent: boolean }) {
  const text = useText();
  const { commands } = usePhone();
  const { id, peer, phase } = call;
  const name = who(text, peer);
  const switchable = !isCurrent && phase.kind !== "ended" && phase.kind !== "incoming";
  return (
    <li
      className="call-line"
      data-call={id}
      data-number={peer.number}
      data-state={callStateName(call)}
      data-reason={phase.kind === "ended" ? phase.reason : undefined}
      aria-current={isCurrent ? "true" : undefined}
    >
      {switchable ? (
        <button
          type="button"
          className="call-line-who"
          data-action="switch"
          aria-label={`${text("calls.switchTo", { who: name })}. ${rowState(text, call)}`}
          onClick={() => commands.switchTo(id)}
        >
          <Who call={call} />
        </button>
      ) : (
        <div className="call-line-who" role={phase.kind === "incoming" && !isCurrent ? "alert" : "status"}>
          <Who call={call} />
        </div>
      )}
      <RowActions call={call} name={name} isCurrent={isCurrent} />
    </li>
  );
}

function Who({ call }: { call: Call }) {
  const text = useText();
  return (
    <>
      <span className="call-line-name">{who(text, call.peer)}</span>{" "}
      <span className="call-line-state">{rowState(text, call)}</span>
    </>
  );
}

function rowState(text: ReturnType<typeof useText>, call: Call): string {
  if (call.phase.kind === "ended") return endReason(text, call.phase.reason, call);
  return call.transfer ? transferState(text, call.transfer) : callState(text, call);
}

function RowActions({ call, name, isCurrent }: { call: Call; name: string; isCurrent: boolean }) {
  const text = useText();
  const { commands } = usePhone();
  const current = useView(currentCall);
  const merged = useView((view) => view.merged.includes(call.id));
  const { id, phase } = call;
  switch (phase.kind) {
    case "incoming":
      return (
        <>
          <RowAction
            action="answer"
            tone="success"
            icon={answerIcon}
            name={text("calls.answerWho", { who: name })}
            onPress={() => commands.answer(id)}
          />
          <RowAction
            action="busy"
            tone="secondary"
            icon={busyIcon}
            name={text("calls.busyWho", { who: name })}
            onPress={() => commands.decline("busy", id)}
          />
          <RowAction
            action="reject"
            tone="danger"
            icon={endIcon}
            name={text("calls.rejectWho", { who: name })}
            onPress={() => commands.decline("declined", id)}
          />
        </>
      );
    case "ended":
      return (
        <RowAction
          action="dismiss"
          tone="secondary"
          icon={closeIcon}
          name={text("app.close")}
          onPress={() => commands.dismiss(id)}
        />
      );
    default:
      return (
        <>
          {!isCurrent && !merged && canTalk(call) && current && canTalk(current) && (
            <>
              <RowAction
                action="merge"
                tone="primary"
                icon={mergeIcon}
                name={text("calls.mergeWith", { who: name })}
                onPress={() => commands.merge(id)}
              />
              <RowAction
                action="connect"
                tone="primary"
                icon={connectIcon}
                name={text("calls.connectWith", { who: name })}
                onPress={() => commands.connectWith(id)}
              />
            </>
          )}
          {!isCurrent && (
            <RowAction
              action="end"
              tone="danger"
              icon={endIcon}
              name={text("calls.endWho", { who: name })}
              onPress={() => commands.hangUp(id)}
            />
          )}
        </>
      );
  }
}

interface RowActionProps {
  action: string;
  tone: "success" | "danger" | "primary" | "secondary";
  icon: readonly string[];
  name: string;
  onPress: () => void;
}

function RowAction({ action, tone, icon, name, onPress }: RowActionProps) {
  return (
    <button
      type="button"
      className={`btn btn-sm btn-${tone} call-line-action`}
      data-action={action}
      title={name}
      aria-label={name}
      onClick={onPress}
    >
      <Icon paths={icon} />
    </button>
  );
}
