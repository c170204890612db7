import peopleIcon from "bootstrap-icons/icons/people.svg?paths";
import addIcon from "bootstrap-icons/icons/person-plus-fill.svg?paths";
import { useEffect, useMemo, useState } from "react";
import { useStore } from "zustand";
import { useText } from "../../languages/text";
import type { Contact } from "../../store/contact-book";
import { matches, type Person, peopleOf } from "../../store/people";
import { useShell } from "../../store/shell";
import { EmptyPage } from "../empty-page";
import { Icon } from "../icon";
import { ContactDialog } from "./contact-dialog";
import { PersonEntry } from "./person-entry";

export function PeoplePage() {
  const text = useText();
  const { people } = useShell();
  const { contacts, directory, search, loading, problem, storageProblem } = useStore(people);
  const all = useMemo(() => peopleOf({ contacts, directory }), [contacts, directory]);
  const shown = useMemo(() => all.filter((person) => matches(person, search)), [all, search]);
  const [edited, setEdited] = useState<Contact | "new">();
  useWatched(all);
  const edit = (person: Person) => setEdited(contacts.find(({ id }) => id === person.id));
  const sections: [string, readonly Person[]][] = [
    ["favourites", shown.filter(({ favourite }) => favourite)],
    ["contacts", shown.filter(({ favourite, id }) => !favourite && id !== undefined)],
    ["directory", shown.filter(({ favourite, id }) => !favourite && id === undefined)],
  ];
  return (
    <div className="page">
      <h2 className="page-title">{text("pages.people")}</h2>
      <div className="people-tools">
        <input
          id="peopleSearch"
          type="search"
          className="form-control"
          aria-label={text("people.search")}
          placeholder={text("people.search")}
          value={search}
          onChange={(event) => people.setSearch(event.target.value)}
        />
        <button type="button" id="newContactBtn" className="btn btn-primary" onClick={() => setEdited("new")}>
          <Icon paths={addIcon} /> {text("people.new")}
        </button>
      </div>
      {storageProblem && (
        <p id="contactsProblem" role="alert" data-problem={storageProblem}>
          {text(`contactStorage.${storageProblem}`)}
        </p>
      )}
      {problem && (
        <div id="directoryProblem" role="alert" data-problem={problem}>
          <p>{text(problem === "signed-out" ? "signInProblems.session-ended" : "people.unreachable")}</p>
          {problem !== "signed-out" && (
            <button type="button" className="btn btn-outline-secondary" onClick={() => void people.refresh()}>
              {text("app.tryAgain")}
            </button>
          )}
        </div>
      )}
      {shown.length === 0 && !loading && (
        <EmptyPage icon={peopleIcon} sentence={text(search === "" ? "people.none" : "people.noMatch")} />
      )}
      {sections.map(([name, persons]) => (
        <Section key={name} name={name as "favourites"} persons={persons} onEdit={edit} />
      ))}
      {edited !== undefined && <ContactDialog contact={edited} onClose={() => setEdited(undefined)} />}
    </div>
  );
}

/** Presence is asked for as long as somebody looks. */
function useWatched(persons: readonly Person[]): void {
  const { people } = useShell();
  const numbers = useMemo(
    () => persons.filter(({ isExtension }) => isExtension).map(({ number }) => number),
    [persons],
  );
  useEffect(() => people.show(numbers), [people, numbers]);
  useEffect(() => () => people.show([]), [people]);
}

interface SectionProps {
  name: "favourites" | "contacts" | "directory";
  persons: readonly Person[];
  onEdit: (person: Person) => void;
}

function Section({ name, persons, onEdit }: SectionProps) {
  const text = useText();
  if (persons.length === 0) return null;
  return (
    <section id={name} aria-labelledby={`${name}Title`}>
      <h3 id={`${name}Title`} className="people-title">
        {text(`people.${name}`)}
      </h3>
      <ul className="entries">
        {persons.map((person) => (
          <PersonEntry key={person.id ?? person.number} person={person} onEdit={onEdit} />
        ))}
      </ul>
    </section>
  );
}
