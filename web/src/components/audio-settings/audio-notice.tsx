import { useText } from "../../languages/text";
import type { AudioNotice as Notice } from "../../phone-engine/media/audio-state";
import { usePhone, useView } from "../../store/phone-context";

/** What became of a device: pulled out, back again, or no longer allowed. */
export function AudioNotice() {
  const text = useText();
  const { engine } = usePhone();
  const notice = useView((view) => view.audio.notice);
  if (!notice) return null;
  return (
    <div id="audioNotice" className="audio-notice alert alert-warning" role="alert" data-notice={nameOf(notice)}>
      <span>
        {notice.kind === "microphone-problem"
          ? text(`audioNotices.${notice.problem}`)
          : text(`audioNotices.${notice.device}-${notice.kind}`, { label: notice.label })}
      </span>
      <button type="button" className="btn btn-sm" onClick={() => engine.dismissAudioNotice()}>
        {text("app.close")}
      </button>
    </div>
  );
}

function nameOf(notice: Notice): string {
  return notice.kind === "microphone-problem" ? notice.problem : `${notice.device}-${notice.kind}`;
}
