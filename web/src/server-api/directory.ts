import { field, text } from "./json";
import { type Answer, ask } from "./request";

/** An extension of the server. */
export interface DirectoryEntry {
  number: string;
  name: string;
}

/** Everybody who can be called there. */
export function askForDirectory(): Promise<Answer<readonly DirectoryEntry[]>> {
  return ask("/api/directory", { read: readDirectory });
}

function readDirectory(answer: unknown): readonly DirectoryEntry[] | undefined {
  const extensions = field(answer, "extensions");
  if (!Array.isArray(extensions)) return undefined;
  return extensions.flatMap((entry: unknown) => {
    const number = text(field(entry, "extension"));
    return number === undefined ? [] : [{ number, name: text(field(entry, "name")) ?? "" }];
  });
}
