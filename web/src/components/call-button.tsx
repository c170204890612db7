import { useText } from "../languages/text";
import { normalizeNumber } from "../phone-engine/phone-number";
import { usePhone, useView } from "../store/phone-context";
import { Icon } from "./icon";

interface Props {
  number: string;
  who: string;
  icon: readonly string[];
}

/** Calls somebody from a list. */
export function CallButton({ number, who, icon }: Props) {
  const text = useText();
  const { engine } = usePhone();
  const registered = useView((view) => view.registration.kind === "registered");
  const dialled = normalizeNumber(number);
  const name = text("people.call", { who });
  return (
    <button
      type="button"
      className="btn btn-outline-success entry-button"
      title={name}
      aria-label={name}
      // Not offered for what cannot be dialled: an anonymous caller has no number.
      disabled={!registered || !dialled}
      onClick={() => {
        if (dialled) engine.dial(dialled);
      }}
    >
      <Icon paths={icon} />
    </button>
  );
}
