import transferIcon from "bootstrap-icons/icons/telephone-forward-fill.svg?paths";
import askIcon from "bootstrap-icons/icons/telephone-plus-fill.svg?paths";
import { type FormEvent, useEffect, useRef } from "react";
import { useText } from "../languages/text";
import { usePhone } from "../store/phone-context";
import type { NumberField } from "../store/phone-view";
import { Icon } from "./icon";

/** To whom the call goes, and whether they are asked first. */
export function TransferForm({ number, error }: NumberField) {
  const text = useText();
  const { commands } = usePhone();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    commands.transfer();
  };
  return (
    <form id="transferForm" className="transfer-form" onSubmit={submit} noValidate>
      <input
        id="transferNumber"
        ref={field}
        className="form-control"
        type="text"
        inputMode="tel"
        autoComplete="off"
        aria-label={text("calls.transferTo")}
        aria-invalid={error !== undefined}
        aria-describedby={error && "transferError"}
        placeholder={text("calls.transferTo")}
        value={number}
        onChange={(event) => commands.setTransferNumber(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") commands.toggleTransfer();
        }}
      />
      {error && (
        <p id="transferError" className="number-error" role="alert">
          {text(`numberErrors.${error}`)}
        </p>
      )}
      <div className="transfer-buttons">
        <button type="submit" id="transferSendBtn" className="btn btn-primary">
          <Icon paths={transferIcon} /> {text("calls.transfer")}
        </button>
        <button type="button" id="consultBtn" className="btn btn-secondary" onClick={() => commands.consult()}>
          <Icon paths={askIcon} /> {text("calls.askFirst")}
        </button>
      </div>
    </form>
  );
}
