import { useEffect, useId, useRef, useState } from "react";
import { useText } from "../../languages/text";
import { AudioSettings } from "./audio-settings";

/** A button with the audio settings behind it, for use in a call. */
export function AudioSettingsDialog() {
  const text = useText();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" id="audioSettingsBtn" className="quality-button" onClick={() => setOpen(true)}>
        {text("audio.title")}
      </button>
      {open && <Dialog onClose={() => setOpen(false)} />}
    </>
  );
}

function Dialog({ onClose }: { onClose: () => void }) {
  const text = useText();
  const title = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      className="audio-dialog"
      aria-labelledby={title}
      onClose={onClose}
      // Keys typed here are not digits for the call behind it.
      onKeyDown={(event) => event.stopPropagation()}
    >
      <h2 id={title}>{text("audio.title")}</h2>
      <AudioSettings />
      <button type="button" className="btn btn-primary" onClick={() => dialog.current?.close()}>
        {text("app.close")}
      </button>
    </dialog>
  );
}
