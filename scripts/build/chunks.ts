import { realpathSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { ROOT } from "../project";

/** A part of a function's package that `index.js` loads when an event needs it. */
export interface Chunk {
  /** Its file is `<name>.js`, beside `index.js`. */
  readonly name: string;
  /** The modules that the sources require lazily, from the root of the checkout. */
  readonly sources: readonly string[];
}

export const CHUNKS: readonly Chunk[] = [
  { name: "steps", sources: ["lib/sinks/steps.ts", "lib/tencent-cloud/sdk.ts"] },
  { name: "configuration", sources: ["lib/config/keys.ts"] },
  { name: "report", sources: ["lib/report/event-report.ts"] },
];

/** The path of a chunk for esbuild, which has no file with all of its modules. */
export function chunkEntry({ name }: Chunk): { out: string; in: string } {
  return { out: name, in: `chunk:${name}` };
}

/**
 * An esbuild plugin that leaves chunks out of what requires them. The build fails if a module imports a chunk: that
 * would load it at the start.
 */
export function splitChunks(chunks = CHUNKS): Plugin {
  const names = new Map(
    chunks.flatMap(({ name, sources }) => sources.map((source) => [realpathSync(join(ROOT, source)), name])),
  );
  return {
    name: "split-chunks",
    setup(build) {
      build.onResolve({ filter: /^chunk:/ }, ({ path }) => ({
        path: path.slice("chunk:".length),
        namespace: "chunk",
      }));
      build.onLoad({ filter: /.*/, namespace: "chunk" }, ({ path }) => ({
        contents: chunks
          .filter(({ name }) => name === path)
          .flatMap(({ sources }) => sources.map((source) => `export * from "./${source}";`))
          .join("\n"),
        resolveDir: ROOT,
      }));
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
