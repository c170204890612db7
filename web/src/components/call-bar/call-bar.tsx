import micIcon from "bootstrap-icons/icons/mic-fill.svg?paths";
import micMutedIcon from "bootstrap-icons/icons/mic-mute-fill.svg?paths";
import pauseIcon from "bootstrap-icons/icons/pause-fill.svg?paths";
import resumeIcon from "bootstrap-icons/icons/play-fill.svg?paths";
import callIcon from "bootstrap-icons/icons/telephone-fill.svg?paths";
import endIcon from "bootstrap-icons/icons/telephone-x-fill.svg?paths";
import closeIcon from "bootstrap-icons/icons/x-lg.svg?paths";
import { callNotice, callState, endReason, who } from "../../languages/phrases";
import { useText } from "../../languages/text";
import type { Call } from "../../phone-engine/phone-engine";
import { addressOf } from "../../store/navigation";
import { usePhone, useView } from "../../store/phone-context";
import { CallTime } from "../call-time";
import { Icon } from "../icon";

/** The calls, on every page that is not the phone itself: seen and controlled from wherever the user is. */
export function CallBar() {
  const text = useText();
  const calls = useView((view) => view.calls);
  if (calls.length === 0) return null;
  return (
    <section id="callBar" className="call-bar" aria-label={text("callBar.label")}>
      {calls.map((call) => (
        <CallRow key={call.id} call={call} />
      ))}
    </section>
  );
}

function CallRow({ call }: { call: Call }) {
  const text = useText();
  const { phase } = call;
  const name = who(text, call.peer);
  return (
    <div className="call-row" data-call={call.id} data-phase={phase.kind}>
      <a className="call-row-words" href={addressOf("phone")} aria-label={text("callBar.open", { who: name })}>
        {name}
      </a>
      {phase.kind === "active" && <CallTime since={phase.since} />}
      <span className="call-row-state" role={phase.kind === "incoming" ? "alert" : "status"}>
        {phase.kind === "ended" ? endReason(text, phase.reason, call) : callState(text, call)}
        {call.notice && ` ${callNotice(text, call.notice, call)}`}
      </span>
      <span className="call-row-buttons">
        <CallButtons call={call} />
      </span>
    </div>
  );
}

function CallButtons({ call }: { call: Call }) {
  const text = useText();
  const { engine } = usePhone();
  const { id, phase } = call;
  switch (phase.kind) {
    case "incoming":
      return (
        <>
          <RowButton
            tone="success"
            icon={callIcon}
            name={text("call.answer")}
            onPress={() => engine.answer(id)}
            shown
          />
          <RowButton tone="danger" icon={endIcon} name={text("call.reject")} onPress={() => engine.decline(id)} shown />
        </>
      );
    case "preparing":
    case "calling":
    case "ringing":
    case "connecting":
      return <RowButton tone="danger" icon={endIcon} name={text("call.end")} onPress={() => engine.hangUp(id)} />;
    case "active":
      return (
        <>
          <RowButton
            tone={call.muted ? "warning" : "secondary"}
            icon={call.muted ? micMutedIcon : micIcon}
            name={text(call.muted ? "call.unmute" : "call.mute")}
            pressed={call.muted}
            onPress={() => engine.setMuted(id, !call.muted)}
          />
          <RowButton
            tone="primary"
            icon={phase.held ? resumeIcon : pauseIcon}
            name={text(phase.held ? "call.resume" : "call.hold")}
            onPress={() => engine.setHeld(id, !phase.held)}
          />
          <RowButton tone="danger" icon={endIcon} name={text("call.end")} onPress={() => engine.hangUp(id)} />
        </>
      );
    case "ended":
      return (
        <RowButton tone="secondary" icon={closeIcon} name={text("app.close")} onPress={() => engine.dismiss(id)} />
      );
  }
}

interface RowButtonProps {
  tone: "success" | "danger" | "primary" | "secondary" | "warning";
  icon: readonly string[];
  name: string;
  pressed?: boolean;
  /** The name is to be seen as well: nobody should have to guess under a ringing bell. */
  shown?: boolean;
  onPress: () => void;
}

function RowButton({ tone, icon, name, pressed, shown = false, onPress }: RowButtonProps) {
  return (
    <button
      type="button"
      className={`btn btn-${tone} call-row-button`}
      title={shown ? undefined : name}
      aria-pressed={pressed}
      onClick={onPress}
    >
      <Icon paths={icon} />
      <span className={shown ? undefined : "visually-hidden"}>{name}</span>
    </button>
  );
}
