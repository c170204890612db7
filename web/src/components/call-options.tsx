import { useState } from "react";
import { useText } from "../languages/text";
import { handleCallLinks } from "../store/dial-link";
import { usePhone, useView } from "../store/phone-context";

/** What the phone may do by itself with calls. */
export function CallOptions() {
  const text = useText();
  const { commands } = usePhone();
  const doNotDisturb = useView((view) => view.doNotDisturb);
  const autoAnswer = useView((view) => view.autoAnswer);
  const [asked, setAsked] = useState(false);
  return (
    <div className="call-options">
      <label>
        <input
          type="checkbox"
          id="doNotDisturb"
          checked={doNotDisturb}
          onChange={() => commands.toggleDoNotDisturb()}
        />{" "}
        {text("calls.doNotDisturb")}
      </label>
      <label>
        <input type="checkbox" id="autoAnswer" checked={autoAnswer} onChange={() => commands.toggleAutoAnswer()} />{" "}
        {text("calls.autoAnswer")}
      </label>
      {!asked && "registerProtocolHandler" in navigator && (
        <button
          type="button"
          id="callLinksBtn"
          className="btn btn-sm btn-link"
          onClick={() => setAsked(handleCallLinks(window))}
        >
          {text("calls.callLinks")}
        </button>
      )}
    </div>
  );
}
