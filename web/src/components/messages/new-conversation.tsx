import { type FormEvent, useState } from "react";
import { useText } from "../../languages/text";
import { type NumberProblem, readNumber } from "../../phone-engine/phone-number";
import { useShell } from "../../store/shell";

export function NewConversation() {
  const text = useText();
  const { messages } = useShell();
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<NumberProblem>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = readNumber(typed);
    if ("problem" in read) {
      setProblem(read.problem);
      return;
    }
    setTyped("");
    messages.open(read.number);
  };
  return (
    <form id="newConversation" onSubmit={submit} noValidate>
      <label className="form-label" htmlFor="messageNumber">
        {text("messages.new")}
      </label>
      <div className="input-group">
        <input
          id="messageNumber"
          className="form-control"
          type="text"
          inputMode="tel"
          autoComplete="off"
          placeholder={text("dial.numberHint")}
          value={typed}
          aria-invalid={problem !== undefined}
          aria-describedby={problem && "messageNumberError"}
          onChange={(event) => {
            setTyped(event.target.value);
            setProblem(undefined);
          }}
        />
        <button id="newConversationBtn" type="submit" className="btn btn-outline-secondary">
          {text("messages.begin")}
        </button>
      </div>
      {problem && (
        <p id="messageNumberError" className="messages-error" role="alert">
          {text(`numberErrors.${problem}`)}
        </p>
      )}
    </form>
  );
}
