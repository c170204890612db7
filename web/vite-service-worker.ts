import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { build, type Plugin } from "vite";

const ENTRY = "src/service-worker/service-worker.ts";

/**
 * Builds the service worker after the page, and tells it all files of the page and a version that changes with any of
 * them. A plugin of its own because the usual one brings over three hundred packages for this.
 */
export function serviceWorker(): Plugin {
  let root = "";
  let dist = "";
  return {
    name: "service-worker",
    apply: "build",
    configResolved(config) {
      root = config.root;
      dist = path.resolve(config.root, config.build.outDir);
    },
    closeBundle: {
      order: "pre",
      sequential: true,
      async handler() {
        const files = (await filesOf(dist)).filter((file) => file !== "service-worker.js");
        const version = createHash("sha256");
        for (const file of files) version.update(`${file}\0`).update(await readFile(path.join(dist, file)));
        await build({
          configFile: false,
          root,
          publicDir: false,
          logLevel: "warn",
          define: {
            __FILES__: JSON.stringify(files.map((file) => (file === "index.html" ? "/" : `/${file}`))),
            __FILES_VERSION__: JSON.stringify(version.digest("hex").slice(0, 16)),
          },
          build: {
            outDir: dist,
            emptyOutDir: false,
            target: "es2022",
            modulePreload: false,
            rolldownOptions: {
              input: path.join(root, ENTRY),
              // Classic, not a module: Firefox has learnt those in service workers late.
              output: { format: "iife", entryFileNames: "service-worker.js" },
            },
          },
        });
      },
    },
  };
}

/** All files below a folder, as paths relative to it. Compressed twins (.br, .gz) are the server's business. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return (
    entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith(".") && !/\.(br|gz)$/.test(entry.name))
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, "/"))
      // For pages of others.
      .filter((file) => !file.startsWith("embed/"))
      .sort()
  );
}
