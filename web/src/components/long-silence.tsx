import { useEffect, useState } from "react";
import { useText } from "../languages/text";
import { useView } from "../store/phone-context";
import { liveCalls } from "../store/screen";

/** So long a connection may take to come back before the user is told what else it may be. */
const PATIENCE_MS = 15_000;

/**
 * The server has been silent for long. A page is not told why a connection fails: a certificate that has changed looks like
 * a server that is gone, and the browser asks about it only when the page is loaded anew.
 */
export function LongSilence() {
  const text = useText();
  const reconnecting = useView((view) => view.registration.kind === "reconnecting");
  const canLoad = useView((view) => liveCalls(view).length === 0);
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    setLong(false);
    if (!reconnecting) return;
    const timer = setTimeout(() => setLong(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [reconnecting]);
  if (!reconnecting || !isLong) return null;
  return (
    <div id="longSilence" className="audio-notice alert alert-warning" role="alert">
      <span>{text(canLoad ? "app.longSilence" : "app.longSilenceInCall")}</span>
      {canLoad && (
        <button type="button" id="loadAnewBtn" className="btn btn-sm" onClick={() => location.reload()}>
          {text("app.loadAnew")}
        </button>
      )}
    </div>
  );
}
