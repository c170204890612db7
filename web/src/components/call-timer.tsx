import { useText } from "../languages/text";
import { useNow } from "./use-now";

export function CallTimer({ since }: { since: number }) {
  const text = useText();
  const seconds = Math.max(0, Math.floor((useNow(since) - since) / 1000));
  return (
    <div className="call-timer">
      <span className="visually-hidden">{text("call.duration")} </span>
      <span id="callTimer" role="timer" aria-live="off">
        {formatDuration(seconds)}
      </span>
    </div>
  );
}

export function formatDuration(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}
