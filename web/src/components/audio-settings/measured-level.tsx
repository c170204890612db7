import { useEffect, useRef, useState } from "react";
import { useText } from "../../languages/text";
import type { DeviceKind } from "../../phone-engine/media/audio-state";
import type { LevelMeter } from "../../phone-engine/media/level-meter";
import { usePhone } from "../../store/phone-context";
import { LevelBar } from "./level-bar";

/** How long the meter of an output is shown after its test sound was asked for. */
const SHOWN_MS = 4000;

/** The microphone's level, on request; that of an output while its test sound plays. */
export function MeasuredLevel({ kind }: { kind: DeviceKind }) {
  const text = useText();
  const { engine } = usePhone();
  const [meter, setMeter] = useState<LevelMeter>();
  const hide = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => meter?.close(), [meter]);
  useEffect(() => () => clearTimeout(hide.current), []);
  const press = () => {
    if (kind === "microphone") {
      setMeter(meter ? undefined : engine.openMeter(kind));
      return;
    }
    if (!meter) setMeter(engine.openMeter(kind));
    engine.testSound(kind);
    clearTimeout(hide.current);
    hide.current = setTimeout(() => setMeter(undefined), SHOWN_MS);
  };
  return (
    <div className="audio-level">
      <button type="button" className="btn btn-outline-secondary btn-sm" data-test={kind} onClick={press}>
        {text(kind === "microphone" && meter ? "audio.stopTest" : TEST[kind])}
      </button>
      {meter && <LevelBar meter={meter} name={text(LEVEL[kind])} />}
    </div>
  );
}

const TEST = {
  microphone: "audio.testMicrophone",
  speaker: "audio.playSound",
  ringer: "audio.ringOnce",
} as const satisfies Record<DeviceKind, string>;

const LEVEL = {
  microphone: "audio.microphoneLevel",
  speaker: "audio.speakerLevel",
  ringer: "audio.ringerLevel",
} as const satisfies Record<DeviceKind, string>;
