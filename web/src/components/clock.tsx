import { useState } from "react";
import { useNow } from "./use-now";

export function Clock() {
  const now = useNow();
  const [format] = useState(() => new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" }));
  const date = new Date(now);
  // Not announced: a screen reader must not speak every second.
  return (
    <time id="currentDateTime" dateTime={date.toISOString()} aria-live="off">
      {format.format(date)}
    </time>
  );
}
