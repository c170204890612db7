import { registrationState } from "../languages/phrases";
import { useText } from "../languages/text";
import { usePhone, useView } from "../store/phone-context";

export function StatusLine() {
  const text = useText();
  const { engine } = usePhone();
  const registration = useView((view) => view.registration);
  const identity = useView((view) => view.identity);
  const soundBlocked = useView((view) => view.soundBlocked);
  return (
    <footer className="card-footer">
      <span id="statusContent" role="status" data-state={registration.kind}>
        {text("app.status", { state: registrationState(text, { registration, identity }) })}
      </span>
      {soundBlocked && (
        <button
          type="button"
          id="enableSoundBtn"
          className="btn btn-warning btn-sm"
          title={text("app.soundBlocked")}
          onClick={() => engine.enableSound()}
        >
          {text("app.enableSound")}
        </button>
      )}
    </footer>
  );
}
