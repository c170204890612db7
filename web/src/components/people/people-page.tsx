import peopleIcon from "bootstrap-icons/icons/people.svg?paths";
import callIcon from "bootstrap-icons/icons/telephone-fill.svg?paths";
import { useStore } from "zustand";
import { useText } from "../../languages/text";
import { useShell } from "../../store/shell";
import { CallButton } from "../call-button";
import { EmptyPage } from "../empty-page";

export function PeoplePage() {
  const text = useText();
  const contacts = useStore(useShell().people, (people) => people.contacts);
  return (
    <div className="page">
      <h2 className="page-title">{text("pages.people")}</h2>
      {contacts.length === 0 ? (
        <EmptyPage icon={peopleIcon} sentence={text("people.none")} />
      ) : (
        <ul className="entries">
          {contacts.map(({ id, name, number }) => (
            <li key={id} className="entry">
              <div className="entry-words">
                <div className="entry-name">{name}</div>
                <div className="entry-facts">{number}</div>
              </div>
              <CallButton number={number} who={name} icon={callIcon} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
