/** What the sign-in form offers next time. Never the password. */
export interface Remembered {
  extension: string;
  server: string;
}

const KEY = "webcalling.sign-in";

export function readRemembered(): Remembered {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? "null");
    if (typeof value !== "object" || value === null) return { extension: "", server: "" };
    const text = (key: string) => {
      const found: unknown = Reflect.get(value, key);
      return typeof found === "string" ? found : "";
    };
    return { extension: text("extension"), server: text("server") };
  } catch {
    return { extension: "", server: "" };
  }
}

export function remember(remembered: Remembered): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(remembered));
  } catch {
    // Storage forbidden or full: the user types it again.
  }
}
