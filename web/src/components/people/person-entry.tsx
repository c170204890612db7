import messageIcon from "bootstrap-icons/icons/chat-left-text-fill.svg?paths";
import editIcon from "bootstrap-icons/icons/pencil-fill.svg?paths";
import emptyStarIcon from "bootstrap-icons/icons/star.svg?paths";
import starIcon from "bootstrap-icons/icons/star-fill.svg?paths";
import callIcon from "bootstrap-icons/icons/telephone-fill.svg?paths";
import { memo } from "react";
import { useStore } from "zustand";
import { useText } from "../../languages/text";
import { normalizeNumber } from "../../phone-engine/phone-number";
import type { Presence } from "../../phone-engine/presence/pidf";
import type { Person } from "../../store/people";
import { openPage, useShell } from "../../store/shell";
import { CallButton } from "../call-button";
import { Icon } from "../icon";

interface Props {
  person: Person;
  onEdit: (person: Person) => void;
  onStar: (person: Person) => void;
}

export const PersonEntry = memo(function PersonEntry({ person, onEdit, onStar }: Props) {
  const text = useText();
  const { people, messages, navigation } = useShell();
  const { name, number, favourite, id } = person;
  const presence = useStore(people, (all) => (person.isExtension ? all.presence[person.dialled] : undefined));
  const star = text(favourite ? "people.unstar" : "people.star", { who: name });
  const written = normalizeNumber(number);
  return (
    <li className="entry person" data-number={number} data-presence={presence?.state}>
      <div className="entry-words">
        <div className="entry-name">
          <bdi>{name}</bdi>
        </div>
        <div className="entry-facts">
          {name !== number && <span>{number}</span>}
          {presence && <Stand presence={presence} />}
        </div>
      </div>
      <button
        type="button"
        className="btn entry-button person-star"
        data-action="star"
        aria-pressed={favourite}
        aria-label={star}
        title={star}
        onClick={() => onStar(person)}
      >
        <Icon paths={favourite ? starIcon : emptyStarIcon} />
      </button>
      {id !== undefined && (
        <button
          type="button"
          className="btn btn-outline-secondary entry-button"
          data-action="edit"
          aria-label={text("people.edit", { who: name })}
          title={text("people.edit", { who: name })}
          onClick={() => onEdit(person)}
        >
          <Icon paths={editIcon} />
        </button>
      )}
      <button
        type="button"
        className="btn btn-outline-secondary entry-button"
        data-action="message"
        aria-label={text("people.message", { who: name })}
        title={text("people.message", { who: name })}
        disabled={!written}
        onClick={() => {
          if (!written) return;
          messages.open(written);
          openPage(navigation, "messages");
        }}
      >
        <Icon paths={messageIcon} />
      </button>
      <CallButton number={number} who={name} icon={callIcon} />
    </li>
  );
});

/** In words as well: not everybody sees the colour. */
function Stand({ presence: { state, note } }: { presence: Presence }) {
  const text = useText();
  return (
    <span className="stand">
      <span className={`stand-dot stand-${state}`} aria-hidden="true" />
      {text(`people.${state}`)}
      {note && (
        <>
          {" · "}
          <bdi>{note}</bdi>
        </>
      )}
    </span>
  );
}
