import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

/** What the server sends compressed; pictures are that already. */
const TEXT = /\.(html|js|css|svg|json|webmanifest)$/;
const gzipped = promisify(gzip);
const brotli = promisify(brotliCompress);

/**
 * Puts a compressed twin (.gz, .br) beside every text file, which the server prefers where the browser takes it, and
 * prints what all files together weigh on the wire.
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
        const paths = entries
          .filter((entry) => entry.isFile() && !/^\.|\.(br|gz)$/.test(entry.name))
          .map((entry) => path.join(entry.parentPath, entry.name));
        const weights = await Promise.all(paths.map(compress));
        const sum = (kind: keyof Weight) => (weights.reduce((all, one) => all + one[kind], 0) / 1000).toFixed(1);
        console.log(
          `Compressed weight of all ${paths.length} files: ${sum("gzip")} kB with gzip, ${sum("brotli")} kB with Brotli ` +
            `(${sum("plain")} kB as they are). The limit that we set ourselves is 250 kB.`,
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
