import { useEffect, useRef, useState } from "react";
import { useText } from "../../languages/text";

interface Props {
  id?: string;
  name: string;
  question: string;
  onConfirm: () => void;
}

/** Does what cannot be undone only after the user has been asked. */
export function ConfirmedButton({ id, name, question, onConfirm }: Props) {
  const text = useText();
  const [asks, setAsks] = useState(false);
  const cancel = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (asks) cancel.current?.focus();
  }, [asks]);
  if (!asks) {
    return (
      <button type="button" id={id} className="btn btn-outline-danger" onClick={() => setAsks(true)}>
        {name}
      </button>
    );
  }
  const confirm = () => {
    setAsks(false);
    onConfirm();
  };
  return (
    <div role="group" aria-label={question} data-confirm>
      <p>{question}</p>
      <div className="setting-buttons">
        <button type="button" className="btn btn-outline-danger" data-action="confirm" onClick={confirm}>
          {name}
        </button>
        <button ref={cancel} type="button" className="btn btn-outline-secondary" onClick={() => setAsks(false)}>
          {text("app.cancel")}
        </button>
      </div>
    </div>
  );
}
