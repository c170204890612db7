import { who } from "../../languages/phrases";
import { useText } from "../../languages/text";
import { MAX_CALLS } from "../../phone-engine/phone-engine";
import { usePhone, useView } from "../../store/phone-context";
import { liveCalls } from "../../store/screen";

/** What the user talks on with a desk phone or in another browser: one press, and it goes on here. */
export function OtherCalls() {
  const text = useText();
  const { engine } = usePhone();
  const calls = useView((view) => view.otherCalls);
  const canMove = useView((view) => view.registration.kind === "registered" && liveCalls(view).length < MAX_CALLS);
  if (calls.length === 0) return null;
  return (
    <section id="otherCalls" className="other-calls alert alert-info" aria-label={text("otherCalls.label")}>
      {calls.map(({ id, peer }) => (
        <div key={id} className="other-call" data-number={peer.number}>
          <span>{text("otherCalls.talking", { who: who(text, peer) })}</span>
          <button
            type="button"
            className="btn btn-primary btn-sm"
            data-action="move-here"
            disabled={!canMove}
            onClick={() => engine.moveHere(id)}
          >
            {text("otherCalls.moveHere")}
          </button>
        </div>
      ))}
    </section>
  );
}
