import { useText } from "../../languages/text";
import { gradeOf, inWords } from "./figures";

const ALL = [1, 2, 3, 4, 5];

/** One direction as five bars, with its mark for those who hear the page. */
export function Bars({ name, mos }: { name: string; mos: number | undefined }) {
  const text = useText();
  const { grade, bars } = mos === undefined ? { grade: "unknown", bars: 0 } : gradeOf(mos);
  return (
    <span className={`quality-bars quality-${grade}`}>
      <span>{name}</span>
      <svg viewBox="0 0 22 14" aria-hidden="true" focusable="false">
        {ALL.map((bar) => (
          <rect
            key={bar}
            className={bar <= bars ? "full" : "empty"}
            x={(bar - 1) * 4.5}
            y={12 - bar * 2.2}
            width="3.4"
            height={2 + bar * 2.2}
            rx="0.8"
          />
        ))}
      </svg>
      <span className="visually-hidden">: {inWords(text, mos)}</span>
    </span>
  );
}
