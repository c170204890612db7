import keypadIcon from "bootstrap-icons/icons/grid-3x3-gap-fill.svg?paths";
import micIcon from "bootstrap-icons/icons/mic-fill.svg?paths";
import micMutedIcon from "bootstrap-icons/icons/mic-mute-fill.svg?paths";
import pauseIcon from "bootstrap-icons/icons/pause-fill.svg?paths";
import resumeIcon from "bootstrap-icons/icons/play-fill.svg?paths";
import callIcon from "bootstrap-icons/icons/telephone-fill.svg?paths";
import endIcon from "bootstrap-icons/icons/telephone-x-fill.svg?paths";
import closeIcon from "bootstrap-icons/icons/x-lg.svg?paths";
import { usePhone, useView } from "../store/phone-context";
import { currentCall, type Screen } from "../store/screen";
import { texts } from "../texts";
import { Icon } from "./icon";

export function ActionBar({ screen }: { screen: Screen }) {
  return (
    <div className="action-bar" role="group" aria-label={texts.callControls}>
      <Actions screen={screen} />
    </div>
  );
}

function Actions({ screen }: { screen: Screen }) {
  const { commands } = usePhone();
  const connecting = useView((view) => currentCall(view)?.phase.kind === "connecting");
  const newCall = (
    <Action id="newCallBtn" tone="success" icon={callIcon} text={texts.newCall} onPress={commands.togglePad} />
  );
  switch (screen) {
    case "sign-in":
      return null;
    case "idle":
      return newCall;
    case "new-call":
      return (
        <Action id="newCallBtn" tone="success" icon={closeIcon} text={texts.cancelCall} onPress={commands.togglePad} />
      );
    case "calling":
      return <Action id="endCallBtn" tone="danger" icon={endIcon} text={texts.cancelCall} onPress={commands.hangUp} />;
    case "incoming":
      return (
        <>
          <Action
            id="answerCallBtn"
            tone="success"
            icon={callIcon}
            text={texts.answer}
            disabled={connecting}
            onPress={commands.answer}
          />
          <Action id="rejectCallBtn" tone="danger" icon={endIcon} text={texts.reject} onPress={commands.decline} />
        </>
      );
    case "in-call":
      return <CallActions />;
    case "ended":
      return (
        <>
          {newCall}
          <Action id="dismissBtn" tone="secondary" icon={closeIcon} text={texts.close} onPress={commands.dismiss} />
        </>
      );
  }
}

function CallActions() {
  const { commands } = usePhone();
  const call = useView(currentCall);
  const digitsOpen = useView((view) => view.digitsOpen);
  const held = call?.phase.kind === "active" && call.phase.held;
  const muted = call?.muted === true;
  return (
    <>
      <Action
        id="muteBtn"
        tone={muted ? "warning" : "secondary"}
        icon={muted ? micMutedIcon : micIcon}
        text={muted ? texts.unmute : texts.mute}
        pressed={muted}
        onPress={commands.toggleMuted}
      />
      <Action
        id="holdResumeBtn"
        tone="primary"
        icon={held ? resumeIcon : pauseIcon}
        text={held ? texts.resume : texts.hold}
        onPress={commands.toggleHeld}
      />
      <Action
        id="keypadBtn"
        tone="secondary"
        icon={keypadIcon}
        text={texts.keypad}
        expanded={digitsOpen}
        onPress={commands.toggleDigits}
      />
      <Action id="endCallBtn" tone="danger" icon={endIcon} text={texts.end} onPress={commands.hangUp} />
    </>
  );
}

interface ActionProps {
  id: string;
  tone: "success" | "danger" | "primary" | "secondary" | "warning";
  icon: readonly string[];
  text: string;
  pressed?: boolean;
  expanded?: boolean;
  disabled?: boolean;
  onPress: () => void;
}

function Action({ id, tone, icon, text, pressed, expanded, disabled, onPress }: ActionProps) {
  return (
    <button
      type="button"
      id={id}
      className={`btn btn-${tone} action`}
      aria-pressed={pressed}
      aria-expanded={expanded}
      disabled={disabled}
      onClick={() => onPress()}
    >
      <Icon paths={icon} />
      {text}
    </button>
  );
}
