import { useId } from "react";
import { useText } from "../../languages/text";
import type { DeviceKind } from "../../phone-engine/media/audio-state";
import { usePhone, useView } from "../../store/phone-context";

/** One of the devices, or the system's default; the wanted one also while it is not there. */
export function DeviceSelect({ kind }: { kind: DeviceKind }) {
  const text = useText();
  const { engine } = usePhone();
  const id = useId();
  const { devices, wanted, missing } = useView((view) => view.audio[kind]);
  const listed = devices.some((device) => device.id === wanted?.id);
  return (
    <>
      <label htmlFor={id}>{text(`audio.${kind}`)}</label>
      <select
        id={id}
        data-device={kind}
        className="form-control"
        value={wanted?.id ?? ""}
        onChange={(event) => engine.chooseDevice(kind, event.target.value)}
      >
        <option value="">{text("audio.systemDefault")}</option>
        {devices.map((device) => (
          <option key={device.id} value={device.id}>
            {device.label}
          </option>
        ))}
        {wanted && !listed && (
          <option value={wanted.id}>
            {missing ? text("audio.notConnected", { device: wanted.label }) : wanted.label}
          </option>
        )}
      </select>
    </>
  );
}
