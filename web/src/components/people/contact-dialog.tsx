import { type FormEvent, useEffect, useRef, useState } from "react";
import { useText } from "../../languages/text";
import { type NumberProblem, readNumber } from "../../phone-engine/phone-number";
import { type Contact, LONGEST_NAME, MAX_CONTACTS } from "../../store/contact-book";
import { useShell } from "../../store/shell";
import { ConfirmedButton } from "../history/confirmed-button";

interface Props {
  contact: Contact | "new";
  onClose: () => void;
}

/** The browser's own dialog keeps the focus in it and closes with Escape. */
export function ContactDialog({ contact, onClose }: Props) {
  const text = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal?.();
  }, []);
  return (
    <dialog id="contactDialog" className="sheet" ref={dialog} aria-labelledby="contactDialogTitle" onClose={onClose}>
      <h2 id="contactDialogTitle" className="sheet-title">
        {text(contact === "new" ? "people.newTitle" : "people.editTitle")}
      </h2>
      <ContactForm contact={contact} onClose={() => (dialog.current?.close ? dialog.current.close() : onClose())} />
    </dialog>
  );
}

function ContactForm({ contact, onClose }: Props) {
  const text = useText();
  const { people } = useShell();
  const [words, setWords] = useState(contact === "new" ? { name: "", number: "" } : contact);
  const [problem, setProblem] = useState<NumberProblem | "too-many">();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = readNumber(words.number);
    if ("problem" in read) return setProblem(read.problem);
    // As the user writes it: what is dialled is read from it each time.
    const kept = { name: words.name, number: words.number.trim() };
    if (contact !== "new") people.change(contact.id, kept);
    else if (!people.add(kept)) return setProblem("too-many");
    onClose();
  };
  return (
    <form className="contact-form" onSubmit={submit} noValidate>
      <label className="form-label" htmlFor="contactName">
        {text("people.name")}
      </label>
      <input
        id="contactName"
        className="form-control"
        autoComplete="off"
        maxLength={LONGEST_NAME}
        value={words.name}
        onChange={(event) => setWords({ ...words, name: event.target.value })}
      />
      <label className="form-label" htmlFor="contactNumber">
        {text("people.number")}
      </label>
      <input
        id="contactNumber"
        className="form-control"
        inputMode="tel"
        autoComplete="off"
        value={words.number}
        aria-invalid={problem !== undefined}
        aria-describedby={problem && "contactNumberError"}
        onChange={(event) => {
          setWords({ ...words, number: event.target.value });
          setProblem(undefined);
        }}
      />
      {problem && (
        <p id="contactNumberError" className="number-error" role="alert">
          {problem === "too-many" ? text("people.tooMany", { most: MAX_CONTACTS }) : text(`numberErrors.${problem}`)}
        </p>
      )}
      <div className="contact-buttons">
        <button type="submit" id="saveContactBtn" className="btn btn-success">
          {text("people.save")}
        </button>
        <button type="button" id="cancelContactBtn" className="btn btn-secondary" onClick={onClose}>
          {text("app.cancel")}
        </button>
        {contact !== "new" && (
          <ConfirmedButton
            id="deleteContactBtn"
            name={text("people.delete")}
            question={text("people.deleteSure")}
            onConfirm={() => {
              people.remove(contact.id);
              onClose();
            }}
          />
        )}
      </div>
    </form>
  );
}
