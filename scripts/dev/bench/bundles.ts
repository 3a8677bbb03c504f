import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build as bundle } from "esbuild";
import { build, bundleOptions } from "../../build/build";
import { CHUNKS } from "../../build/chunks";
import { functionNames } from "../../project";
import { type Row, row } from "./row";

/** The functions as they are deployed, and as they would be with the unchanged SDK: a folder each. */
export interface Bundles {
  readonly ours: string;
  readonly naive: string;
}

/** What all code of a function may be, and what every event loads of it (docs/decisions/small-bundle.md). */
const MAX_BYTES = 64 * 1024;
const MAX_START_BYTES = 45 * 1024;

/** Builds both in a folder of their own, so that nothing else that builds in this checkout is in the way. */
export async function makeBundles(folder: string): Promise<Bundles> {
  const bundles = { ours: join(folder, "ours"), naive: join(folder, "naive") };
  const config = { definitions: [100010, 100020] };
  await build(config, bundles.ours);
  for (const name of functionNames()) {
    await bundle({ ...bundleOptions(name, { slim: false }), outdir: join(bundles.naive, name), write: true });
    writeFileSync(join(bundles.naive, name, "config.json"), JSON.stringify(config));
  }
  return bundles;
}

/** How large the bundles are. */
export function benchSize({ ours, naive }: Bundles): Row[] {
  const bytes = (folder: string, name: string) => statSync(join(folder, name)).size;
  const yardstick = "the unchanged SDK";
  return functionNames().flatMap((name) => {
    const theirs = bytes(naive, `${name}/index.js`);
    const start = bytes(ours, `${name}/index.js`);
    const all = CHUNKS.reduce((sum, chunk) => sum + bytes(ours, `${name}/${chunk.name}.js`), start);
    const size = { unit: "bytes", yardstick, theirs };
    return [
      row({ ...size, name: `code of ${name}`, ours: all, bar: `at most ${MAX_BYTES}` }),
      row({ ...size, name: `code of ${name} at its start`, ours: start, bar: `at most ${MAX_START_BYTES}` }),
    ];
  });
}
