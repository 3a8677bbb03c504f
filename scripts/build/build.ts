import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BuildOptions, build as bundle, type Plugin } from "esbuild";
import { parseConfig } from "../../lib/config";
import type { JsonObject } from "../../lib/json";
import { DIST, functionNames, ROOT, readProjectConfig, withoutSecrets } from "../project";
import { slimSdk } from "./slim-sdk";

/**
 * Bundles functions to `<folder>/<name>/index.js`, each with its configuration, without secrets, beside it. What
 * an earlier build left there is removed.
 * @param config the content of `config.json`
 * @returns the bundles' sizes in bytes, by name
 * @throws if a source or the configuration is wrong
 */
export async function build(
  config = readProjectConfig(process.env),
  folder = DIST,
  names: readonly string[] = functionNames(),
): Promise<Map<string, number>> {
  parseConfig(config);
  const sizes = new Map<string, number>();
  for (const name of names) {
    rmSync(join(folder, name), { recursive: true, force: true });
    const options = bundleOptions(name, folder, [slimSdk()]);
    // Written here and not by esbuild's own process, which could do it after this one has removed the folder.
    const { metafile, outputFiles } = await bundle({ ...options, write: false });
    mkdirSync(join(folder, name), { recursive: true });
    for (const { path, contents } of outputFiles) writeFileSync(path, contents);
    writeFileSync(join(folder, name, "config.json"), `${JSON.stringify(withoutSecrets(config), null, 2)}\n`);
    sizes.set(name, Object.values(metafile.outputs)[0]?.bytes ?? 0);
  }
  return sizes;
}

/**
 * Builds functions into a private temporary folder, so that nothing that builds at the same time gets in.
 * @param use gets the folder, which is removed once this or the process has ended
 */
export async function withBuild<Result>(
  config: JsonObject,
  names: readonly string[],
  use: (folder: string) => Result | Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "vod-receiver-build-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    await build(config, folder, names);
    return await use(folder);
  } finally {
    process.off("exit", remove);
    remove();
  }
}

/**
 * How a function is bundled.
 * @param folder gets it, as `<name>/index.js`
 */
export function bundleOptions(name: string, folder: string, plugins: Plugin[]) {
  return {
    entryPoints: [join(ROOT, "functions", name, "index.ts")],
    outfile: join(folder, name, "index.js"),
    bundle: true,
    platform: "node",
    // The newest runtime that SCF lists is Nodejs18.15.
    target: "node18.15",
    format: "cjs",
    minify: true,
    legalComments: "none",
    absWorkingDir: ROOT,
    metafile: true,
    plugins,
    logLevel: "silent",
  } satisfies BuildOptions;
}
