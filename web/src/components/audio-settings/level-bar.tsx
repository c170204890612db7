import { useEffect, useRef } from "react";
import type { LevelMeter } from "../../phone-engine/media/level-meter";

/** Follows the meter at the pace of the screen, past React: it changes too often to be state. */
export function LevelBar({ meter, name }: { meter: LevelMeter; name: string }) {
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let frame = 0;
    const draw = () => {
      const level = meter.read();
      bar.current?.style.setProperty("--level", level.toFixed(3));
      bar.current?.setAttribute("aria-valuenow", String(Math.round(level * 100)));
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => cancelAnimationFrame(frame);
  }, [meter]);
  return (
    <div
      ref={bar}
      className="level-bar"
      role="meter"
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={0}
    />
  );
}
