import { useText } from "../../languages/text";
import { mark } from "./figures";

const WIDTH = 240;
const HEIGHT = 40;
const SECONDS = 60;
const [WORST, BEST] = [1, 4.5];

/** The marks of the last minute as a line; seconds without one are gaps. */
export function Sparkline({ marks, name }: { marks: readonly (number | undefined)[]; name: string }) {
  const text = useText();
  const known = marks.filter((mos) => mos !== undefined);
  if (known.length === 0) return null;
  const span = { least: mark(Math.min(...known)), most: mark(Math.max(...known)) };
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${name}: ${text("quality.course", span)}`}
    >
      <path d={pathOf(marks)} />
    </svg>
  );
}

export function pathOf(marks: readonly (number | undefined)[]): string {
  const first = SECONDS - marks.length;
  return marks
    .map((mos, second) => {
      if (mos === undefined) return "";
      const x = ((first + second) / (SECONDS - 1)) * WIDTH;
      const y = HEIGHT - 2 - ((mos - WORST) / (BEST - WORST)) * (HEIGHT - 4);
      const pen = second > 0 && marks[second - 1] !== undefined ? "L" : "M";
      return `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join("");
}
