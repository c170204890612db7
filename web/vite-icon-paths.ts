import { readFile } from "node:fs/promises";
import type { Plugin } from "vite";

const SUFFIX = "?paths";

/** `import paths from "bootstrap-icons/icons/mic.svg?paths"` gives the outlines of that one icon, so no icon font is shipped. */
export function iconPaths(): Plugin {
  return {
    name: "icon-paths",
    enforce: "pre",
    async load(id) {
      if (!id.endsWith(`.svg${SUFFIX}`)) return null;
      const svg = await readFile(id.slice(0, -SUFFIX.length), "utf8");
      const paths = [...svg.matchAll(/\sd="([^"]+)"/g)].map((match) => match[1]);
      return `export default ${JSON.stringify(paths)};`;
    },
  };
}
