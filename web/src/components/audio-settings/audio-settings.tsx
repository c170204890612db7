import { useId } from "react";
import { useText } from "../../languages/text";
import type { DeviceKind, Processing } from "../../phone-engine/media/audio-state";
import { usePhone, useView } from "../../store/phone-context";
import { DeviceSelect } from "./device-select";
import { MeasuredLevel } from "./measured-level";

const PROCESSING: readonly (keyof Processing)[] = ["echoCancellation", "noiseSuppression", "autoGainControl"];

interface Props {
  /** The server's audio check, if it has one: it records four seconds and plays them back. */
  checkNumber?: string;
}

/** Which devices the phone uses, how they sound, and what the browser does to the microphone. */
export function AudioSettings({ checkNumber }: Props) {
  const text = useText();
  const { outputsSelectable, namesKnown } = useView((view) => view.audio);
  const outputs: readonly ("speaker" | "ringer")[] = ["speaker", "ringer"];
  return (
    <div id="audioSettings" className="audio-settings">
      {!namesKnown && <p className="form-text">{text("audio.namesHint")}</p>}
      <Device kind="microphone" />
      <fieldset>
        <legend>{text("audio.processing")}</legend>
        {PROCESSING.map((name) => (
          <ProcessingSwitch key={name} name={name} />
        ))}
      </fieldset>
      {outputs.map((kind) => (
        <Device key={kind} kind={kind} selectable={outputsSelectable} />
      ))}
      {!outputsSelectable && <p className="form-text">{text("audio.outputsFixed")}</p>}
      <Volume />
      {checkNumber && <AudioCheck number={checkNumber} />}
    </div>
  );
}

/** An ordinary call; how it sounds is told as in any other. */
function AudioCheck({ number }: { number: string }) {
  const text = useText();
  const { engine } = usePhone();
  const registered = useView((view) => view.registration.kind === "registered");
  const busy = useView((view) => view.calls.some(({ phase }) => phase.kind !== "ended"));
  return (
    <div className="audio-check">
      <button
        type="button"
        id="audioCheckBtn"
        className="btn btn-outline-secondary btn-sm"
        disabled={!registered || busy}
        onClick={() => engine.dial(number)}
      >
        {text("audio.check")}
      </button>
      <p className="form-text">{text("audio.checkHint")}</p>
    </div>
  );
}

function Device({ kind, selectable = true }: { kind: DeviceKind; selectable?: boolean }) {
  const text = useText();
  return (
    <section className="audio-device" aria-label={text(`audio.${kind}`)}>
      {selectable && <DeviceSelect kind={kind} />}
      <MeasuredLevel kind={kind} />
    </section>
  );
}

function ProcessingSwitch({ name }: { name: keyof Processing }) {
  const text = useText();
  const { engine } = usePhone();
  const on = useView((view) => view.audio.processing[name]);
  return (
    <label className="audio-switch">
      <input
        type="checkbox"
        role="switch"
        id={name}
        checked={on}
        aria-checked={on}
        onChange={(event) => engine.setProcessing({ [name]: event.target.checked })}
      />
      {text(`audio.${name}`)}
    </label>
  );
}

function Volume() {
  const text = useText();
  const { engine } = usePhone();
  const id = useId();
  const percent = Math.round(useView((view) => view.audio.volume) * 100);
  return (
    <div className="audio-volume">
      <label htmlFor={id}>{text("audio.volume")}</label>
      <input
        id={id}
        data-testid="volume"
        type="range"
        min="0"
        max="100"
        step="5"
        value={percent}
        aria-valuetext={text("audio.percent", { percent })}
        onChange={(event) => engine.setVolume(Number(event.target.value) / 100)}
      />
      <output htmlFor={id}>{text("audio.percent", { percent })}</output>
    </div>
  );
}
