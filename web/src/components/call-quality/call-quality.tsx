import { useId, useState } from "react";
import { useText } from "../../languages/text";
import type { LiveQuality } from "../../phone-engine/quality/quality-watch";
import { Bars } from "./bars";
import { LiveTable } from "./quality-table";
import { Sparkline } from "./sparkline";

/** How the call sounds on both sides; pressed, the numbers; and a sentence when something is wrong. */
export function CallQuality({ quality }: { quality: LiveQuality }) {
  const text = useText();
  const details = useId();
  const [open, setOpen] = useState(false);
  const { verdict, course } = quality;
  const [receiving, sending] = [quality.receiving?.mos, quality.sending?.report?.mos];
  const trouble = verdict !== "good" && verdict !== "unknown";
  return (
    <section
      id="callQuality"
      className="call-quality"
      aria-label={text("quality.title")}
      data-verdict={verdict}
      data-receiving={receiving?.toFixed(2)}
      data-sending={sending?.toFixed(2)}
    >
      <button
        type="button"
        id="qualityBtn"
        className="quality-button"
        aria-expanded={open}
        aria-controls={details}
        onClick={() => setOpen(!open)}
      >
        <Bars name={text("quality.receiving")} mos={receiving} />
        <Bars name={text("quality.sending")} mos={sending} />
      </button>
      <p id="qualityVerdict" className={trouble ? "quality-trouble" : "visually-hidden"} role="status">
        {text(`verdicts.${verdict}`)}
      </p>
      <div id={details} className="quality-details" hidden={!open}>
        {open && (
          <>
            <Sparkline name={text("quality.receiving")} marks={course.map((marks) => marks.receiving)} />
            <Sparkline name={text("quality.sending")} marks={course.map((marks) => marks.sending)} />
            <LiveTable quality={quality} />
          </>
        )}
      </div>
    </section>
  );
}
