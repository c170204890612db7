import { keyName } from "../languages/phrases";
import { useText } from "../languages/text";

const KEYS: readonly (readonly [digit: string, letters: string])[] = [
  ["1", ""],
  ["2", "ABC"],
  ["3", "DEF"],
  ["4", "GHI"],
  ["5", "JKL"],
  ["6", "MNO"],
  ["7", "PQRS"],
  ["8", "TUV"],
  ["9", "WXYZ"],
  ["*", ""],
  ["0", "+"],
  ["#", ""],
];

const ID: Record<string, string> = { "*": "keyStar", "#": "keyHash" };

/** Twelve keys; what a press means is told by whoever shows them. */
export function Keypad({ onKey }: { onKey: (digit: string) => void }) {
  const text = useText();
  return (
    <div className="keypad" role="group" aria-label={text("dial.keypad")}>
      {KEYS.map(([digit, letters]) => (
        <button
          key={digit}
          type="button"
          id={ID[digit] ?? `key${digit}`}
          className="key"
          data-key={digit}
          aria-label={keyName(text, digit, letters)}
          // The number field keeps the focus, so that Enter still calls.
          onPointerDown={(event) => event.preventDefault()}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onKey(digit)}
        >
          <span className="key-digit">{digit}</span> <span className="key-letters">{letters}</span>
        </button>
      ))}
    </div>
  );
}
