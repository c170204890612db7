import { useStore } from "zustand";
import { useText } from "../../languages/text";
import { usePhone, useView } from "../../store/phone-context";
import { useShell } from "../../store/shell";

export function About() {
  const text = useText();
  const { commands } = usePhone();
  const address = useView((view) => view.identity?.address);
  const install = useStore(useShell().installation, (installation) => installation.install);
  return (
    <div className="setting">
      <p className="setting-help">
        {text("settings.version", { version: __PHONE_VERSION__ })}
        {address && (
          <>
            <br />
            {text("settings.signedInAs", { address })}
          </>
        )}
      </p>
      <div className="setting-buttons">
        {install && (
          <button type="button" id="installBtn" className="btn btn-primary" onClick={install}>
            {text("settings.install")}
          </button>
        )}
        <button type="button" id="signOutBtn" className="btn btn-outline-danger" onClick={() => commands.signOut()}>
          {text("phone.signOut")}
        </button>
      </div>
    </div>
  );
}
