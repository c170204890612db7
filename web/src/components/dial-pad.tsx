import redialIcon from "bootstrap-icons/icons/arrow-counterclockwise.svg?paths";
import deleteIcon from "bootstrap-icons/icons/backspace-fill.svg?paths";
import callIcon from "bootstrap-icons/icons/telephone-fill.svg?paths";
import clearIcon from "bootstrap-icons/icons/x-lg.svg?paths";
import type { FormEvent } from "react";
import { useText } from "../languages/text";
import { usePhone, useView } from "../store/phone-context";
import { Icon } from "./icon";
import { Keypad } from "./keypad";
import { NumberBox } from "./number-box/number-box";

export function DialPad() {
  const text = useText();
  const { commands } = usePhone();
  const { number, error } = useView((view) => view.pad);
  const lastNumber = useView((view) => view.lastNumber);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    commands.call();
  };
  return (
    <form className="dial-pad" onSubmit={submit} noValidate>
      <NumberBox />
      {error && (
        <p id="numberError" className="number-error" role="alert">
          {text(`numberErrors.${error}`)}
        </p>
      )}
      <Keypad onKey={(digit) => commands.typeKey(digit)} />
      <div className="dial-buttons">
        <button type="button" id="clearBtn" className="btn btn-primary" onClick={() => commands.setNumber("")}>
          <Icon paths={clearIcon} />
          {text("dial.clear")}
        </button>
        <button type="submit" id="callBtn" className="btn btn-success">
          <Icon paths={callIcon} />
          {text("dial.call")}
        </button>
        <button type="button" id="deleteBtn" className="btn btn-primary" onClick={() => commands.deleteKey()}>
          <Icon paths={deleteIcon} />
          {text("dial.delete")}
        </button>
      </div>
      {number === "" && lastNumber !== "" && (
        <button type="button" id="redialBtn" className="btn btn-secondary" onClick={() => commands.redial()}>
          <Icon paths={redialIcon} /> {text("calls.redial", { number: lastNumber })}
        </button>
      )}
    </form>
  );
}
