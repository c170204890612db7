import doNotDisturbIcon from "bootstrap-icons/icons/bell-slash-fill.svg?paths";
import phoneIcon from "bootstrap-icons/icons/telephone-fill.svg?paths";
import voicemailIcon from "bootstrap-icons/icons/voicemail.svg?paths";
import { useEffect, useRef } from "react";
import { useText } from "../languages/text";
import { useView } from "../store/phone-context";
import { currentCall, type Screen } from "../store/screen";
import { CallList } from "./call-list";
import { CallOptions } from "./call-options";
import { CallView } from "./call-view";
import { DialPad } from "./dial-pad";
import { Icon } from "./icon";

/** The control that is wanted next on each screen. */
const FIRST_FOCUS: Record<Screen, string> = {
  "sign-in": "#userAgentId",
  idle: "#newCallBtn",
  "new-call": "#phoneNumber",
  calling: "#endCallBtn",
  incoming: "#answerCallBtn",
  // Not "End Call": a second press of Enter must not end what the first began.
  "in-call": "#muteBtn",
  ended: "#dismissBtn",
};

export function ContentPanel({ screen }: { screen: Screen }) {
  const text = useText();
  const panel = useRef<HTMLElement>(null);
  const call = useView(currentCall);
  const voicemail = useView((view) => view.voicemail);
  const doNotDisturb = useView((view) => view.doNotDisturb);
  useFocusOnChange(screen, call?.id, panel);
  return (
    <section id="contentPanel" className="content-panel" ref={panel} tabIndex={-1}>
      {voicemail > 0 && (
        <span className="voicemail badge text-bg-warning" title={text("phone.voicemail", { count: voicemail })}>
          <Icon paths={voicemailIcon} />
          <span id="voicemailCount">{voicemail}</span>
          <span className="visually-hidden">{text("phone.voicemail", { count: voicemail })}</span>
        </span>
      )}
      {doNotDisturb && (
        <span id="doNotDisturbOn" className="do-not-disturb badge text-bg-danger" title={text("calls.doNotDisturbOn")}>
          <Icon paths={doNotDisturbIcon} />
          {text("calls.doNotDisturb")}
        </span>
      )}
      <CallList />
      {screen === "idle" && <Idle />}
      {screen === "new-call" && <DialPad />}
      {call && screen !== "new-call" && <CallView call={call} />}
    </section>
  );
}

function Idle() {
  const text = useText();
  const registered = useView((view) => view.registration.kind === "registered");
  return (
    <>
      <div className="avatar" aria-hidden="true">
        <Icon paths={phoneIcon} />
      </div>
      <h2 className="idle-title">{text("phone.idleTitle")}</h2>
      <p className="hint">{registered ? text("phone.idleHint") : text("phone.idleOffline")}</p>
      <CallOptions />
    </>
  );
}

function useFocusOnChange(
  screen: Screen,
  callId: string | undefined,
  panel: React.RefObject<HTMLElement | null>,
): void {
  const before = useRef<{ screen: Screen; callId: string | undefined }>({ screen: "sign-in", callId: undefined });
  useEffect(() => {
    const came = before.current;
    before.current = { screen, callId };
    // Between two calls the focus stays where it is, unless what had it is gone: the row of the call that is current now.
    if (came.screen === screen && (came.callId === callId || document.activeElement !== document.body)) return;
    if (document.querySelector("dialog[open]")) return;
    // Somebody who is typing a number must not answer a call with the Enter that was meant for it.
    const interrupted = came.screen === "new-call" && screen === "incoming";
    const wanted = interrupted ? null : document.querySelector<HTMLElement>(FIRST_FOCUS[screen]);
    (wanted ?? panel.current)?.focus();
  }, [screen, callId, panel]);
}
