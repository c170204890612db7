import { useStore } from "zustand";
import { registrationState } from "../languages/phrases";
import { useText } from "../languages/text";
import { usePhone, useView } from "../store/phone-context";
import { screenOf } from "../store/screen";
import { useShell } from "../store/shell";

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
      <NewVersion />
      <OtherTab />
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

/** Not in a call: loading anew would end it. */
function NewVersion() {
  const text = useText();
  const isThere = useStore(useShell().installation, ({ newVersion }) => newVersion);
  const calls = useView((view) => view.calls.length);
  if (!isThere || calls > 0) return null;
  return (
    <button
      type="button"
      id="newVersionBtn"
      className="btn btn-primary btn-sm"
      title={text("app.newVersion")}
      onClick={() => location.reload()}
    >
      {text("app.loadNewVersion")}
    </button>
  );
}

/** Not while somebody rings or is rung: only a talk can go from tab to tab. */
function OtherTab() {
  const text = useText();
  const { engine } = usePhone();
  const elsewhere = useView((view) => view.elsewhere);
  const canCome = useView(({ calls }) => calls.every(({ phase }) => phase.kind === "active" || phase.kind === "ended"));
  const signedIn = useView((view) => screenOf(view) !== "sign-in");
  if (!elsewhere || !signedIn) return null;
  return (
    <span id="otherTab" className="other-tab">
      {text("app.otherTab")}{" "}
      {canCome && (
        <button type="button" id="bringHereBtn" className="btn btn-secondary btn-sm" onClick={() => engine.bringHere()}>
          {text("app.bringHere")}
        </button>
      )}
    </span>
  );
}
