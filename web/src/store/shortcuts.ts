import type { PlainTextKey } from "../languages/sentence";
import type { Page } from "./navigation";
import type { Phone } from "./phone-store";
import type { PhoneView } from "./phone-view";
import { currentCall, partnersOf, screenOf } from "./screen";
import type { Shell } from "./shell";

/** One key that is a command, wherever on the page the focus is, but never in a field that takes text. */
export interface Shortcut {
  /** A letter, with `Shift+` where a slip would cost a call; or another key as `KeyboardEvent.key` names it. */
  keys: string;
  text: PlainTextKey;
  /** Whether it means anything now. */
  applies(view: PhoneView): boolean;
  run(phone: Phone, shell: Shell | undefined): void;
}

const inCall = (view: PhoneView) => screenOf(view) === "in-call";
const signedIn = (view: PhoneView) => screenOf(view) !== "sign-in";
/** Who calls, also while another call is talked on; nobody after it was answered. */
const ringing = ({ calls }: PhoneView) => calls.find(({ phase }) => phase.kind === "incoming");
const rings = (view: PhoneView) => ringing(view) !== undefined;
const hasCall = (view: PhoneView) => {
  const call = currentCall(view);
  return call !== undefined && call.phase.kind !== "ended" && call.phase.kind !== "incoming";
};

function opens(keys: string, page: Page): Shortcut {
  return {
    keys,
    text: `pages.${page}`,
    applies: signedIn,
    run: (_, shell) => shell?.navigation.setState({ page }),
  };
}

/** Every shortcut there is; the sheet lists them in this order. Digits, Enter and Escape are in `keyboard.ts`. */
export const SHORTCUTS: readonly Shortcut[] = [
  {
    keys: "N",
    text: "phone.newCall",
    applies: (view) => ["idle", "ended", "in-call"].includes(screenOf(view)),
    run: ({ commands }) => commands.togglePad(),
  },
  {
    keys: "A",
    text: "call.answer",
    applies: rings,
    run: ({ commands, store }) => commands.answer(ringing(store.getState())?.id),
  },
  {
    keys: "Shift+R",
    text: "call.reject",
    applies: rings,
    run: ({ commands, store }) => commands.decline("declined", ringing(store.getState())?.id),
  },
  { keys: "M", text: "shortcuts.mute", applies: inCall, run: ({ commands }) => commands.toggleMuted() },
  { keys: "H", text: "shortcuts.hold", applies: inCall, run: ({ commands }) => commands.toggleHeld() },
  { keys: "K", text: "dial.keypad", applies: inCall, run: ({ commands }) => commands.toggleDigits() },
  { keys: "X", text: "calls.transfer", applies: inCall, run: ({ commands }) => commands.toggleTransfer() },
  {
    keys: "W",
    text: "calls.swap",
    applies: (view) => partnersOf(view).length > 0,
    run: ({ commands }) => commands.swap(),
  },
  { keys: "Shift+E", text: "call.end", applies: hasCall, run: ({ commands }) => commands.hangUp() },
  opens("T", "phone"),
  opens("P", "people"),
  opens("Y", "history"),
  opens("G", "messages"),
  opens("S", "settings"),
  {
    keys: "?",
    text: "shortcuts.title",
    applies: () => true,
    run: (_, shell) => shell?.navigation.setState({ shortcuts: true }),
  },
];

/** What the shortcuts call the key that was pressed. */
export function keysOf({ key, code, shiftKey }: Pick<KeyboardEvent, "key" | "code" | "shiftKey">): string {
  // On keyboards of other scripts, Devanagari for one, the letter is that of the same key on a Latin keyboard.
  const letter = /^[a-z]$/i.test(key) ? key : /^\p{L}\p{M}*$/u.test(key) ? /^Key([A-Z])$/.exec(code)?.[1] : undefined;
  return letter ? `${shiftKey ? "Shift+" : ""}${letter.toUpperCase()}` : key;
}
