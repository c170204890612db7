import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

/** What the server sends compressed; pictures are that already. */
const TEXT = /\.(html|js|css|svg|json|webmanifest)$/;
const gzipped = promisify(gzip);
const brotli = promisify(brotliCompress);

/** The sentences of a language other than English: nobody fetches more than one. */
function isLanguage(file = ""): boolean {
  return /^(de|es|fr|hi)-/.test(path.basename(file));
}

/**
 * Puts a compressed twin (.gz, .br) beside every text file, which the server prefers where the browser takes it, and
 * prints what they weigh on the wire.
 */
export function weight(): Plugin {
  let dist = "";
  return {
    name: "weight",
    apply: "build",
    configResolved(config) {
      dist = path.resolve(config.root, config.build.outDir);
    },
    closeBundle: {
      order: "post",
      sequential: true,
      async handler() {
        const entries = await readdir(dist, { recursive: true, withFileTypes: true });
        const all = entries
          .filter((entry) => entry.isFile() && !/^\.|\.(br|gz)$/.test(entry.name))
          .map((entry) => path.join(entry.parentPath, entry.name));
        // What pages of others load is none of the phone's own.
        const [embedded, paths] = [true, false].map((wanted) =>
          all.filter((file) => path.relative(dist, file).startsWith("embed") === wanted),
        ) as [string[], string[]];
        await Promise.all(embedded.map(compress));
        const weights = await Promise.all(paths.map(compress));
        const heaviest = Math.max(...weights.filter((_, i) => isLanguage(paths[i])).map(({ gzip }) => gzip), 0);
        const read = weights.filter(({ gzip }, i) => !isLanguage(paths[i]) || gzip === heaviest);
        const sum = (of: readonly Weight[], kind: keyof Weight) =>
          (of.reduce((all, one) => all + one[kind], 0) / 1000).toFixed(1);
        console.log(
          `Compressed weight of all pages in one language: ${sum(read, "gzip")} kB with gzip, ${sum(read, "brotli")} kB with Brotli. ` +
            `The limit that we set ourselves is 250 kB. With all languages: ${sum(weights, "gzip")} and ${sum(weights, "brotli")} kB.`,
        );
      },
    },
  };
}

interface Weight {
  plain: number;
  gzip: number;
  brotli: number;
}

async function compress(file: string): Promise<Weight> {
  const content = await readFile(file);
  if (!TEXT.test(file)) return { plain: content.length, gzip: content.length, brotli: content.length };
  const small = await gzipped(content, { level: constants.Z_BEST_COMPRESSION });
  const smaller = await brotli(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  await writeFile(`${file}.gz`, small);
  await writeFile(`${file}.br`, smaller);
  return { plain: content.length, gzip: small.length, brotli: smaller.length };
}
