import { useMemo } from "react";
import { localeOf } from "../languages/language";
import { useLanguage } from "../languages/text";
import { useNow } from "./use-now";

export function Clock() {
  const now = useNow();
  const language = useLanguage();
  const format = useMemo(
    () => new Intl.DateTimeFormat(localeOf(language), { dateStyle: "medium", timeStyle: "medium" }),
    [language],
  );
  const date = new Date(now);
  // Not announced: a screen reader must not speak every second.
  return (
    <time id="currentDateTime" dateTime={date.toISOString()} aria-live="off">
      {format.format(date)}
    </time>
  );
}
