import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { bundleOptions } from "../../build/build";
import { slimSdk } from "../../build/slim-sdk";
import { functionNames } from "../../project";
import { type Row, row } from "./row";

/** The functions as they are deployed, and as they would be with the SDK as it comes: a folder each. */
export interface Bundles {
  readonly ours: string;
  readonly naive: string;
}

/** What a bundle may be (docs/decisions/small-bundle.md). */
const BUDGET_BYTES = 65_536;

/** Builds both in a folder of their own, so that nothing else that builds in this checkout is in the way. */
export async function makeBundles(folder: string): Promise<Bundles> {
  const bundles = { ours: join(folder, "ours"), naive: join(folder, "naive") };
  await bundleAll(bundles.ours, [slimSdk()]);
  await bundleAll(bundles.naive, []);
  return bundles;
}

/** How large the bundles are. */
export function benchSize({ ours, naive }: Bundles): Row[] {
  const bytes = (folder: string, name: string) => statSync(join(folder, name, "index.js")).size;
  return functionNames().map((name) =>
    row({
      name: `bundle of ${name}`,
      unit: "bytes",
      yardstick: "the SDK as it comes",
      ours: bytes(ours, name),
      theirs: bytes(naive, name),
      bar: `at most ${BUDGET_BYTES}`,
    }),
  );
}

/** As `npm run build` does it, but for the plugins. */
async function bundleAll(folder: string, plugins: Plugin[]): Promise<void> {
  for (const name of functionNames()) {
    await build(bundleOptions(name, folder, plugins));
    writeFileSync(join(folder, name, "config.json"), JSON.stringify({ definitions: [100010, 100020] }));
  }
}
