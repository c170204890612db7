import pauseIcon from "bootstrap-icons/icons/pause-circle-fill.svg?paths";
import personIcon from "bootstrap-icons/icons/person-fill.svg?paths";
import { callNotice, callState, endReason, who } from "../languages/phrases";
import { useText } from "../languages/text";
import type { Call } from "../phone-engine/phone-engine";
import { usePhone, useView } from "../store/phone-context";
import { AudioSettingsDialog } from "./audio-settings/audio-settings-dialog";
import { CallQuality } from "./call-quality/call-quality";
import { QualitySummary } from "./call-quality/quality-table";
import { callStateName } from "./call-state-name";
import { CallStoryButton } from "./call-story/call-story-button";
import { CallTimer } from "./call-timer";
import { Icon } from "./icon";
import { Keypad } from "./keypad";
import { SecurePageAdvice } from "./secure-page";
import { TransferForm } from "./transfer-form";
import { TransferProgress } from "./transfer-progress";

export function CallView({ call }: { call: Call }) {
  const text = useText();
  const { phase, peer } = call;
  const digitsOpen = useView((view) => view.digitsOpen) && phase.kind === "active";
  const transferTo = useView((view) => view.transferTo);
  return (
    <div className={`call-view call-view-${digitsOpen ? "digits" : phase.kind}`}>
      {!digitsOpen && (
        <div className="avatar" aria-hidden="true">
          <Icon paths={personIcon} />
        </div>
      )}
      <h2 id="callPeer" className="call-peer" data-number={peer.number}>
        {peer.name ?? peer.number}
      </h2>
      {peer.name && <div className="call-number">{peer.number}</div>}
      <div
        id="callState"
        className="call-state"
        data-state={callStateName(call)}
        role={phase.kind === "incoming" ? "alert" : "status"}
      >
        {callState(text, call)}
      </div>
      {phase.kind === "preparing" && <p className="hint microphone-hint">{text("call.microphoneHint")}</p>}
      {phase.kind === "active" && <ActiveFacts call={call} phase={phase} />}
      {phase.kind === "active" && !digitsOpen && (
        <div className="call-tools">
          {call.quality && <CallQuality quality={call.quality} />}
          <AudioSettingsDialog />
          <CallStoryButton callId={call.sipCallId} className="quality-button" />
        </div>
      )}
      {phase.kind === "ended" && (
        <p id="endedReason" className="ended-reason" role="alert" data-reason={phase.reason}>
          {endReason(text, phase.reason, call)} {phase.reason === "insecure-page" && <SecurePageAdvice />}
        </p>
      )}
      {phase.kind === "ended" && call.summary && (
        <details id="endedQuality" className="ended-quality">
          <summary>{text("quality.title")}</summary>
          <QualitySummary summary={call.summary} />
        </details>
      )}
      {phase.kind === "ended" && <CallStoryButton callId={call.sipCallId} className="quality-button" />}
      {call.notice && (
        <p id="callNotice" className="call-notice" role="alert" data-notice={call.notice}>
          {callNotice(text, call.notice, call)} {call.notice === "insecure-page" && <SecurePageAdvice />}
        </p>
      )}
      {phase.kind === "active" && call.transfer && <TransferProgress transfer={call.transfer} />}
      {phase.kind === "active" && transferTo && <TransferForm number={transferTo.number} error={transferTo.error} />}
      {digitsOpen && <DigitPad digits={call.digits} />}
    </div>
  );
}

function ActiveFacts({ call, phase }: { call: Call; phase: Call["phase"] & { kind: "active" } }) {
  const text = useText();
  const mergedWith = useView(({ merged, calls }) =>
    merged.includes(call.id) ? calls.find(({ id }) => id !== call.id && merged.includes(id)) : undefined,
  );
  return (
    <>
      <CallTimer since={phase.since} />
      <div className="call-facts" aria-live="polite">
        {call.muted && <span className="fact">{text("call.muted")}</span>}
        {call.talkingWhileMuted && (
          <span id="mutedTalk" className="fact fact-trouble">
            {text("calls.talkingWhileMuted")}
          </span>
        )}
        {call.answeredByItself && (
          <span id="answeredByItself" className="fact">
            {text("calls.answeredByItself")}
          </span>
        )}
        {mergedWith && (
          <span id="mergedWith" className="fact" data-number={mergedWith.peer.number}>
            {text("calls.mergedWith", { who: who(text, mergedWith.peer) })}
          </span>
        )}
        {phase.heldByPeer && (
          <span id="remoteHold" className="fact">
            <Icon paths={pauseIcon} />
            {text("call.remoteHold")}
          </span>
        )}
        {phase.mediaTrouble && (
          <span id="mediaTrouble" className="fact fact-trouble">
            {text("call.mediaTrouble")}
          </span>
        )}
      </div>
    </>
  );
}

function DigitPad({ digits }: { digits: string }) {
  const text = useText();
  const { commands } = usePhone();
  return (
    <div id="dtmfPad" className="digit-pad">
      <output id="dtmfDigits" aria-label={text("call.digitsSent")}>
        {digits}
      </output>
      <Keypad onKey={(digit) => commands.sendDigit(digit)} />
    </div>
  );
}
