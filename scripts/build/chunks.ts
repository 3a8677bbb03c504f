import { realpathSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { ROOT } from "../project";

/** A part of a function's package that `index.js` loads when an event needs it. */
export interface Chunk {
  /** Its file is `<name>.js`, beside `index.js`. */
  readonly name: string;
  /** The module that the sources require lazily, from the root of the checkout. */
  readonly source: string;
}

export const CHUNKS: readonly Chunk[] = [
  { name: "sdk", source: "lib/tencent-cloud/sdk.ts" },
  { name: "processing", source: "lib/handlers/processing.ts" },
  { name: "report", source: "lib/report/event-report.ts" },
];

/**
 * An esbuild plugin that leaves chunks out of what requires them. The build fails if a module imports a chunk: that
 * would load it at the start.
 */
export function splitChunks(chunks = CHUNKS): Plugin {
  const names = new Map(chunks.map(({ name, source }) => [realpathSync(join(ROOT, source)), name]));
  return {
    name: "split-chunks",
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        const name = names.get(join(resolveDir, `${path}.ts`));
        if (name === undefined) return undefined;
        if (kind === "require-call") return { path: `./${name}.js`, external: true };
        return {
          errors: [{ text: `${path} is a chunk: load it with require() in the function that needs it` }],
        };
      });
    },
  };
}
