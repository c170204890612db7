import { localeOf } from "../../languages/language";
import { currentLanguage, type Text } from "../../languages/text";

/** Numbers as people write them in the language in use. */
function format(value: number, options: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(localeOf(currentLanguage()), options).format(value);
}

const unit = (name: string): Intl.NumberFormatOptions => ({ style: "unit", unit: name, maximumFractionDigits: 0 });

export const milliseconds = (value: number) => format(value, unit("millisecond"));
export const kilobits = (value: number) => format(value, unit("kilobit-per-second"));
export const percent = (value: number) => format(value / 100, { style: "percent", maximumFractionDigits: 1 });
export const mark = (mos: number) => format(mos, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export type Grade = "excellent" | "good" | "fair" | "poor" | "bad";

/** The steps of G.107 annex B table B.1, in their order, by the mark at which each begins. */
const GRADES: readonly [least: number, grade: Grade, bars: number][] = [
  [4.34, "excellent", 5],
  [4.03, "good", 4],
  [3.6, "fair", 3],
  [3.1, "poor", 2],
];

export function gradeOf(mos: number): { grade: Grade; bars: number } {
  const found = GRADES.find(([least]) => mos >= least);
  return found ? { grade: found[1], bars: found[2] } : { grade: "bad", bars: 1 };
}

/** "good, 4.1 of 5" */
export function inWords(text: Text, mos: number | undefined): string {
  if (mos === undefined) return text("quality.notMeasured");
  return text("quality.mark", { grade: text(`quality.${gradeOf(mos).grade}`), mos: mark(mos) });
}
