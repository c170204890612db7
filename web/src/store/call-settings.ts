/** What the phone remembers about calls in this browser. */
export interface CallSettings {
  doNotDisturb: boolean;
  autoAnswer: boolean;
  /** Dialled last, for redial. */
  lastNumber: string;
}

const KEY = "webcalling.calls";
const UNSET: CallSettings = { doNotDisturb: false, autoAnswer: false, lastNumber: "" };

export function readCallSettings(): CallSettings {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? "null");
    if (typeof value !== "object" || value === null) return UNSET;
    const lastNumber: unknown = Reflect.get(value, "lastNumber");
    return {
      doNotDisturb: Reflect.get(value, "doNotDisturb") === true,
      autoAnswer: Reflect.get(value, "autoAnswer") === true,
      lastNumber: typeof lastNumber === "string" ? lastNumber : "",
    };
  } catch {
    return UNSET;
  }
}

export function keepCallSettings(change: Partial<CallSettings>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...readCallSettings(), ...change }));
  } catch {
    // Storage forbidden or full: it holds until the page is closed.
  }
}
