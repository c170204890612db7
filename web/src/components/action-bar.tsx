import swapIcon from "bootstrap-icons/icons/arrow-left-right.svg?paths";
import keypadIcon from "bootstrap-icons/icons/grid-3x3-gap-fill.svg?paths";
import micIcon from "bootstrap-icons/icons/mic-fill.svg?paths";
import micMutedIcon from "bootstrap-icons/icons/mic-mute-fill.svg?paths";
import pauseIcon from "bootstrap-icons/icons/pause-fill.svg?paths";
import resumeIcon from "bootstrap-icons/icons/play-fill.svg?paths";
import splitIcon from "bootstrap-icons/icons/signpost-split-fill.svg?paths";
import callIcon from "bootstrap-icons/icons/telephone-fill.svg?paths";
import transferIcon from "bootstrap-icons/icons/telephone-forward-fill.svg?paths";
import busyIcon from "bootstrap-icons/icons/telephone-minus-fill.svg?paths";
import endIcon from "bootstrap-icons/icons/telephone-x-fill.svg?paths";
import closeIcon from "bootstrap-icons/icons/x-lg.svg?paths";
import { useText } from "../languages/text";
import { usePhone, useView } from "../store/phone-context";
import { currentCall, partnersOf, type Screen } from "../store/screen";
import { Icon } from "./icon";

export function ActionBar({ screen }: { screen: Screen }) {
  const text = useText();
  return (
    <div className="action-bar" role="group" aria-label={text("call.controls")}>
      <Actions screen={screen} />
    </div>
  );
}

function Actions({ screen }: { screen: Screen }) {
  const text = useText();
  const { commands } = usePhone();
  const connecting = useView((view) => currentCall(view)?.phase.kind === "connecting");
  const newCall = (
    <Action id="newCallBtn" tone="success" icon={callIcon} text={text("phone.newCall")} onPress={commands.togglePad} />
  );
  switch (screen) {
    case "sign-in":
      return null;
    case "idle":
      return newCall;
    case "new-call":
      return (
        <Action
          id="newCallBtn"
          tone="success"
          icon={closeIcon}
          text={text("phone.cancelCall")}
          onPress={commands.togglePad}
        />
      );
    case "calling":
      return (
        <Action
          id="endCallBtn"
          tone="danger"
          icon={endIcon}
          text={text("phone.cancelCall")}
          onPress={commands.hangUp}
        />
      );
    case "incoming":
      return (
        <>
          <Action
            id="answerCallBtn"
            tone="success"
            icon={callIcon}
            text={text("call.answer")}
            disabled={connecting}
            onPress={commands.answer}
          />
          <Action
            id="rejectCallBtn"
            tone="danger"
            icon={endIcon}
            text={text("call.reject")}
            onPress={() => commands.decline("declined")}
          />
          <Action
            id="busyBtn"
            tone="secondary"
            icon={busyIcon}
            text={text("calls.busy")}
            onPress={() => commands.decline("busy")}
          />
        </>
      );
    case "in-call":
      return <CallActions />;
    case "ended":
      return (
        <>
          {newCall}
          <Action
            id="dismissBtn"
            tone="secondary"
            icon={closeIcon}
            text={text("app.close")}
            onPress={commands.dismiss}
          />
        </>
      );
  }
}

function CallActions() {
  const text = useText();
  const { commands } = usePhone();
  const call = useView(currentCall);
  const digitsOpen = useView((view) => view.digitsOpen);
  const transferOpen = useView((view) => view.transferTo !== undefined);
  const merged = useView((view) => view.merged.length > 0);
  const hasPartner = useView((view) => partnersOf(view).some(({ id }) => !view.merged.includes(id)));
  const held = call?.phase.kind === "active" && call.phase.held;
  const muted = call?.muted === true;
  return (
    <>
      <Action
        id="muteBtn"
        tone={muted ? "warning" : "secondary"}
        icon={muted ? micMutedIcon : micIcon}
        text={muted ? text("call.unmute") : text("call.mute")}
        pressed={muted}
        onPress={commands.toggleMuted}
      />
      <Action
        id="holdResumeBtn"
        tone="primary"
        icon={held ? resumeIcon : pauseIcon}
        text={held ? text("call.resume") : text("call.hold")}
        onPress={commands.toggleHeld}
      />
      <Action
        id="keypadBtn"
        tone="secondary"
        icon={keypadIcon}
        text={text("dial.keypad")}
        expanded={digitsOpen}
        onPress={commands.toggleDigits}
      />
      <Action
        id="transferBtn"
        tone="secondary"
        icon={transferIcon}
        text={text("calls.transfer")}
        expanded={transferOpen}
        disabled={call?.transfer?.kind === "pending" || call?.transfer?.kind === "transferring"}
        onPress={commands.toggleTransfer}
      />
      {hasPartner && (
        <Action id="swapBtn" tone="secondary" icon={swapIcon} text={text("calls.swap")} onPress={commands.swap} />
      )}
      {merged && (
        <Action id="splitBtn" tone="secondary" icon={splitIcon} text={text("calls.split")} onPress={commands.split} />
      )}
      <Action
        id="newCallBtn"
        tone="success"
        icon={callIcon}
        text={text("phone.newCall")}
        onPress={commands.togglePad}
      />
      <Action id="endCallBtn" tone="danger" icon={endIcon} text={text("call.end")} onPress={commands.hangUp} />
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
