import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import react from "@vitejs/plugin-react";
import ts from "typescript";
import { build, type Plugin } from "vite";
import { iconPaths } from "./vite-icon-paths.ts";

const ENTRIES = { "webcalling-phone": "src/embedding/element.ts", phone: "src/embedding/headless.ts" };
const TYPES = "src/embedding/api.ts";

/**
 * Builds what pages of others load: `/embed/webcalling-phone.js` and `/embed/phone.js`, whose names stay, with the types of
 * both. A build of its own, so that the phone's own page does not get heavier by it.
 */
export function embedding(): Plugin {
  let root = "";
  let dist = "";
  let define: Record<string, string> = {};
  return {
    name: "embedding",
    apply: "build",
    configResolved(config) {
      root = config.root;
      dist = path.resolve(config.root, config.build.outDir, "embed");
      define = { __PHONE_VERSION__: String(config.define?.__PHONE_VERSION__) };
    },
    closeBundle: {
      order: "pre",
      sequential: true,
      async handler() {
        await build({
          configFile: false,
          root,
          base: "./",
          publicDir: false,
          logLevel: "warn",
          define,
          plugins: [iconPaths(), react()],
          css: { preprocessorOptions: { scss: { quietDeps: true, silenceDeprecations: ["import"] } } },
          build: {
            outDir: dist,
            emptyOutDir: false,
            target: "es2022",
            modulePreload: false,
            chunkSizeWarningLimit: 1000,
            rolldownOptions: {
              input: Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, path.join(root, file)])),
              preserveEntrySignatures: "strict",
              output: { format: "es", entryFileNames: "[name].js", chunkFileNames: "assets/[name]-[hash].js" },
            },
          },
        });
        await writeTypes(path.join(root, TYPES), dist);
      },
    },
  };
}

/** One file for both: whoever has the phone without its face has the same telephone. */
async function writeTypes(source: string, folder: string): Promise<void> {
  const { outputText } = ts.transpileDeclaration(await readFile(source, "utf8"), { fileName: source });
  const types = `${outputText}
export declare function createPhone(options?: PhoneOptions): WebCallingPhone;
declare global {
  interface HTMLElementTagNameMap {
    "webcalling-phone": WebCallingPhoneElement;
  }
}
`;
  for (const name of Object.keys(ENTRIES)) await writeFile(path.join(folder, `${name}.d.ts`), types);
}
