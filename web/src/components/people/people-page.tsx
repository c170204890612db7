import peopleIcon from "bootstrap-icons/icons/people.svg?paths";
import addIcon from "bootstrap-icons/icons/person-plus-fill.svg?paths";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useStore } from "zustand";
import { useText } from "../../languages/text";
import { type Contact, MAX_CONTACTS } from "../../store/contact-book";
import { matches, type Person, peopleOf } from "../../store/people";
import { useShell } from "../../store/shell";
import { ApiProblemNotice } from "../api-problem-notice";
import { EmptyPage } from "../empty-page";
import { Icon } from "../icon";
import { ContactDialog } from "./contact-dialog";
import { PersonEntry } from "./person-entry";

export function PeoplePage() {
  const text = useText();
  const { people } = useShell();
  const contacts = useStore(people, (all) => all.contacts);
  const directory = useStore(people, (all) => all.directory);
  const search = useStore(people, (all) => all.search);
  const loading = useStore(people, (all) => all.loading);
  const problem = useStore(people, (all) => all.problem);
  const storageProblem = useStore(people, (all) => all.storageProblem);
  const all = useMemo(() => peopleOf({ contacts, directory }), [contacts, directory]);
  const shown = useMemo(() => all.filter((person) => matches(person, search)), [all, search]);
  const [edited, setEdited] = useState<Contact | "new">();
  useWatched(all);
  const [isFull, setFull] = useState(false);
  const edit = useCallback(
    ({ id }: Person) => setEdited(people.getState().contacts.find((contact) => contact.id === id)),
    [people],
  );
  const star = useCallback((person: Person) => setFull(!people.setFavourite(person, !person.favourite)), [people]);
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
        <ApiProblemNotice
          id="directoryProblem"
          problem={problem}
          unreachable={text("people.unreachable")}
          onRetry={() => void people.refresh()}
        />
      )}
      {isFull && (
        <p id="contactsFull" className="number-error" role="alert">
          {text("people.tooMany", { most: MAX_CONTACTS })}
        </p>
      )}
      {loading && all.length === 0 && <p role="status">{text("people.loading")}</p>}
      {shown.length === 0 && !loading && (
        <EmptyPage icon={peopleIcon} sentence={text(search === "" ? "people.none" : "people.noMatch")} />
      )}
      {sections.map(([name, persons]) => (
        <Section key={name} name={name as "favourites"} persons={persons} onEdit={edit} onStar={star} />
      ))}
      {edited !== undefined && <ContactDialog contact={edited} onClose={() => setEdited(undefined)} />}
    </div>
  );
}

/** Presence is asked for as long as somebody looks. */
function useWatched(persons: readonly Person[]): void {
  const { people } = useShell();
  const numbers = useMemo(
    () =>
      persons
        .filter(({ isExtension }) => isExtension)
        .toSorted((a, b) => Number(b.favourite) - Number(a.favourite))
        .map(({ dialled }) => dialled),
    [persons],
  );
  useEffect(() => people.show(numbers), [people, numbers]);
  useEffect(() => () => people.show([]), [people]);
}

interface SectionProps {
  name: "favourites" | "contacts" | "directory";
  persons: readonly Person[];
  onEdit: (person: Person) => void;
  onStar: (person: Person) => void;
}

function Section({ name, persons, onEdit, onStar }: SectionProps) {
  const text = useText();
  if (persons.length === 0) return null;
  return (
    <section id={name} aria-labelledby={`${name}Title`}>
      <h3 id={`${name}Title`} className="people-title">
        {text(`people.${name}`)}
      </h3>
      <ul className="entries">
        {persons.map((person) => (
          <PersonEntry key={person.id ?? person.number} person={person} onEdit={onEdit} onStar={onStar} />
        ))}
      </ul>
    </section>
  );
}
