import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { ROOT } from "../project";

const OWN_HANDLER = join(ROOT, "lib", "handlers", "custom.ts");

/** Whether the user has a handler of their own. */
export function hasOwnHandler(): boolean {
  return !/^export const custom\b[^=]*= undefined;/m.test(readFileSync(OWN_HANDLER, "utf8"));
}

/** An esbuild plugin that leaves out what isolates a user's own handler, if there is none. */
export function withoutIdleIsolation(): Plugin {
  return {
    name: "without-idle-isolation",
    setup(build) {
      build.onLoad({ filter: /[\\/]functions[\\/]reliable[\\/]isolate-own\.ts$/ }, () =>
        hasOwnHandler()
          ? undefined
          : { contents: "export const isolateOwn = () => undefined;", loader: "ts" },
      );
    },
  };
}
