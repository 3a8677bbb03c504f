import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";

/** An esbuild plugin that bundles a handler of the user's own, instead of that of the checkout. */
export function withOwnHandler(contents: string): Plugin {
  return {
    name: "own-handler",
    setup(build) {
      build.onLoad({ filter: /[\\/]lib[\\/]handlers[\\/]custom\.ts$/ }, () => ({ contents, loader: "ts" }));
      build.onLoad({ filter: /[\\/]functions[\\/]reliable[\\/]isolate-own\.ts$/ }, ({ path }) => ({
        contents: readFileSync(path, "utf8"),
        loader: "ts",
      }));
    },
  };
}
