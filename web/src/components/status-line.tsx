import { usePhone, useView } from "../store/phone-context";
import { texts } from "../texts";

export function StatusLine() {
  const { engine } = usePhone();
  const registration = useView((view) => view.registration);
  const identity = useView((view) => view.identity);
  const soundBlocked = useView((view) => view.soundBlocked);
  return (
    <footer className="card-footer">
      <span id="statusContent" role="status" data-state={registration.kind}>
        {texts.status(texts.registrationState({ registration, identity }))}
      </span>
      {soundBlocked && (
        <button
          type="button"
          id="enableSoundBtn"
          className="btn btn-warning btn-sm"
          title={texts.soundBlocked}
          onClick={() => engine.enableSound()}
        >
          {texts.enableSound}
        </button>
      )}
    </footer>
  );
}
