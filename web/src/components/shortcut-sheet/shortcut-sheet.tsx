import { useEffect, useRef } from "react";
import { useText } from "../../languages/text";
import { useNavigation, useSettings, useShell } from "../../store/shell";
import { SHORTCUTS } from "../../store/shortcuts";

/** All keyboard shortcuts, over the page. The browser's own dialog keeps the focus in it and closes with Escape. */
export function ShortcutSheet() {
  const { navigation } = useShell();
  const open = useNavigation(({ shortcuts }) => shortcuts);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
  }, [open]);
  if (!open) return null;
  const close = () => navigation.setState({ shortcuts: false });
  return (
    <dialog id="shortcutSheet" className="sheet" ref={dialog} aria-labelledby="shortcutSheetTitle" onClose={close}>
      <SheetContent onClose={close} />
    </dialog>
  );
}

function SheetContent({ onClose }: { onClose: () => void }) {
  const text = useText();
  const { shortcuts: on } = useSettings();
  return (
    <>
      <h2 id="shortcutSheetTitle" className="sheet-title">
        {text("shortcuts.title")}
      </h2>
      <p className="sheet-hint">{text(on ? "shortcuts.hint" : "shortcuts.off")}</p>
      <dl className="shortcuts">
        <Row keys={["0", "–", "9", "*", "#"]} text={text("shortcuts.digits")} />
        <Row keys={[text("shortcuts.enter")]} text={text("shortcuts.call")} />
        <Row keys={[text("shortcuts.escape")]} text={text("shortcuts.back")} />
        {SHORTCUTS.map(({ keys, text: key }) => (
          <Row
            key={keys}
            keys={keys.split("+").map((one) => (one === "Shift" ? text("shortcuts.shift") : one))}
            text={text(key)}
          />
        ))}
      </dl>
      <button type="button" className="btn btn-primary" onClick={onClose}>
        {text("app.close")}
      </button>
    </>
  );
}

function Row({ keys, text }: { keys: readonly string[]; text: string }) {
  return (
    <div className="shortcut">
      <dt>{keys.map((key) => (key === "–" ? " – " : <kbd key={key}>{key}</kbd>))}</dt>
      <dd>{text}</dd>
    </div>
  );
}
