import { formatDuration } from "./call-timer";
import { useNow } from "./use-now";

/** How long a call has lasted, as plain figures. */
export function CallTime({ since }: { since: number }) {
  const now = useNow(since);
  return <span className="call-time">{formatDuration(Math.max(0, Math.floor((now - since) / 1000)))}</span>;
}
