import { type KeyboardEvent, useMemo, useState } from "react";
import { useStore } from "zustand";
import { useText } from "../../languages/text";
import { peopleOf } from "../../store/people";
import { usePhone, useView } from "../../store/phone-context";
import { useShell } from "../../store/shell";
import { type Suggestion, suggestionsFor } from "../../store/suggestions";

/**
 * The field for the number to call. While something is typed it offers who may be meant: a combobox with a list (ARIA
 * Authoring Practices). Enter calls what is typed unless the user has gone into the list.
 */
export function NumberBox() {
  const text = useText();
  const { commands } = usePhone();
  const { number, error } = useView((view) => view.pad);
  const [typing, setTyping] = useState(false);
  const [active, setActive] = useState(-1);
  const suggestions = useSuggestions(typing ? number : "");
  const open = suggestions.length > 0;
  const chosen = suggestions[active];

  const call = (suggestion: Suggestion) => {
    setTyping(false);
    setActive(-1);
    commands.setNumber(suggestion.number);
    commands.call();
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && open) {
      event.preventDefault();
      // Before the first and behind the last is the field itself.
      const places = suggestions.length + 1;
      setActive(((active + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter" && chosen) {
      event.preventDefault();
      call(chosen);
    } else if (event.key === "Escape") {
      if (open) setTyping(false);
      else commands.togglePad();
      setActive(-1);
    }
  };
  return (
    <div className="number-box">
      <input
        id="phoneNumber"
        className="form-control"
        type="text"
        inputMode="tel"
        autoComplete="off"
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={open}
        aria-controls="numberSuggestions"
        aria-activedescendant={chosen && `suggestion${active}`}
        aria-label={text("dial.number")}
        aria-invalid={error !== undefined}
        aria-describedby={error && "numberError"}
        placeholder={text("dial.numberHint")}
        value={number}
        onChange={(event) => {
          setTyping(true);
          setActive(-1);
          commands.setNumber(event.target.value);
        }}
        onBlur={() => setTyping(false)}
        onKeyDown={press}
      />
      <div id="numberSuggestions" role="listbox" aria-label={text("dial.suggestions")} hidden={!open}>
        {suggestions.map((suggestion, index) => (
          // The keyboard is in the field: aria-activedescendant says which one is meant.
          // biome-ignore lint/a11y/useFocusableInteractive: as above
          // biome-ignore lint/a11y/useKeyWithClickEvents: as above
          <div
            key={suggestion.number}
            id={`suggestion${index}`}
            role="option"
            className="suggestion"
            data-number={suggestion.number}
            aria-selected={index === active}
            // The field keeps the focus.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => call(suggestion)}
          >
            <bdi>{suggestion.name}</bdi>
            {suggestion.name !== suggestion.number && <span className="suggestion-number">{suggestion.number}</span>}
          </div>
        ))}
      </div>
    </div>
  );
}

function useSuggestions(typed: string): readonly Suggestion[] {
  const { people, history, keptHistory } = useShell();
  const contacts = useStore(people, (all) => all.contacts);
  const directory = useStore(people, (all) => all.directory);
  const records = useStore(history, (all) => all.records);
  const kept = useStore(keptHistory.store, (all) => all.records);
  const everybody = useMemo(() => peopleOf({ contacts, directory }), [contacts, directory]);
  return useMemo(
    () =>
      suggestionsFor(
        typed,
        everybody,
        [...kept, ...records].map(({ peer }) => peer),
      ),
    [typed, everybody, kept, records],
  );
}
