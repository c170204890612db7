import callIcon from "bootstrap-icons/icons/telephone-fill.svg?paths";
import { useEffect, useRef } from "react";
import { useText } from "../languages/text";
import { usePhone, useView } from "../store/phone-context";
import type { NumberField } from "../store/phone-view";
import { Icon } from "./icon";

/** A link wants a call to be made. Only the user decides: nothing here calls by itself, and Enter does not either. */
export function DialRequest() {
  const request = useView((view) => view.dialRequest);
  return request ? <Question number={request.number} error={request.error} /> : null;
}

function Question({ number, error }: NumberField) {
  const text = useText();
  const { commands } = usePhone();
  const dialog = useRef<HTMLDialogElement>(null);
  const refuse = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const element = dialog.current;
    // The browser keeps the focus inside, and closes with Escape.
    if (element && !element.open) {
      if (element.showModal) element.showModal();
      else element.setAttribute("open", "");
    }
    refuse.current?.focus();
    // Closing gives the focus back to what had it.
    return () => element?.close?.();
  }, []);
  const callable = error === undefined || error === "not-registered" || error === "too-many-calls";
  return (
    <dialog
      id="dialRequest"
      className="dial-request"
      ref={dialog}
      role="alertdialog"
      aria-labelledby="dialRequestTitle"
      aria-describedby="dialRequestHelp"
      onCancel={() => commands.refuseDialRequest()}
    >
      <h2 id="dialRequestTitle" className="h5" data-number={number}>
        {text("calls.dialRequest", { number })}
      </h2>
      <p id="dialRequestHelp">{text("calls.dialRequestHelp")}</p>
      {error && (
        <p id="dialRequestError" className="number-error" role="alert" data-reason={error}>
          {text(`numberErrors.${error}`)}
        </p>
      )}
      <div className="transfer-buttons">
        {callable && (
          <button
            type="button"
            id="dialRequestCallBtn"
            className="btn btn-success"
            onClick={() => commands.acceptDialRequest()}
          >
            <Icon paths={callIcon} /> {text("dial.call")}
          </button>
        )}
        <button
          type="button"
          id="dialRequestCancelBtn"
          className="btn btn-secondary"
          ref={refuse}
          onClick={() => commands.refuseDialRequest()}
        >
          {text("app.cancel")}
        </button>
      </div>
    </dialog>
  );
}
