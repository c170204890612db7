export type StorageProblem = "full" | "forbidden";

/** What this browser has kept under the key, to be read and not believed; undefined if there is nothing, or no JSON. */
export function readStored(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

/** Says why it is not kept. */
export function keepStored(key: string, value: unknown): StorageProblem | undefined {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return undefined;
  } catch (error) {
    return error instanceof DOMException && /quota/i.test(error.name) ? "full" : "forbidden";
  }
}
