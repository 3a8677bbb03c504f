import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type BuildOptions, build as bundle, type Plugin } from "esbuild";
import { parseConfig } from "../../lib/config/keys";
import type { JsonObject } from "../../lib/json";
import { DIST, functionNames, ROOT, readProjectConfig } from "../project";
import { checkProcessing } from "./check-processing";
import { configText, withCheckedConfig } from "./checked-config";
import { CHUNKS, chunkEntry, splitChunks } from "./chunks";
import { type OptionalSinks, optionalSinks, sinkChunks, withoutIdleSinks } from "./optional-sinks";
import { withoutIdleIsolation } from "./own-handler";
import { packedPayloads } from "./pack-payloads";
import { slimSdk } from "./slim-sdk";
import { nameForTraces } from "./source-maps";

/**
 * Bundles functions to `<folder>/<name>/index.js`, each with its chunks, and its configuration without secrets, beside
 * it. What an earlier build left there is removed.
 * @param config the content of `config.json`
 * @param plugins for sources that are not those of the checkout
 * @returns the sizes in bytes of the built code, by the files' paths in the folder
 * @throws if a source or the configuration is wrong
 */
export async function build(
  config = readProjectConfig(process.env),
  folder = DIST,
  names: readonly string[] = functionNames(),
  plugins: readonly Plugin[] = [],
): Promise<Map<string, number>> {
  parseConfig(config);
  checkProcessing(config);
  const sinks = optionalSinks(config);
  const sizes = new Map<string, number>();
  for (const name of names) {
    rmSync(join(folder, name), { recursive: true, force: true });
    const options = bundleOptions(name, { sinks, config });
    const { outputFiles = [] } = await bundle({ ...options, plugins: [...plugins, ...options.plugins] });
    const texts = new Map(outputFiles.map(({ path, text }) => [path, text]));
    mkdirSync(join(folder, name), { recursive: true });
    // Written here and not by esbuild's own process, which could do it after this one has removed the folder.
    for (const [path, text] of texts) {
      const map = texts.get(`${path}.map`);
      if (map === undefined) continue;
      const code = nameForTraces(path, text, map);
      writeFileSync(join(folder, name, basename(path)), code);
      sizes.set(`${name}/${basename(path)}`, Buffer.byteLength(code));
    }
    writeFileSync(join(folder, name, "config.json"), configText(config));
  }
  return sizes;
}

/**
 * Builds functions into a private temporary folder, so that a build that runs at the same time can't interfere.
 * @param use gets the folder, which is removed when this or the process has ended
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

interface Bundling {
  readonly sinks?: OptionalSinks;
  /** The content of the `config.json` that will be beside the bundle. */
  readonly config?: JsonObject;
  /** False for one file, with the unchanged SDK. */
  readonly slim?: boolean;
}

/** How a function is bundled. */
export function bundleOptions(name: string, { sinks = {}, slim = true, config }: Bundling = {}) {
  const chunks = [...CHUNKS, ...sinkChunks(sinks)];
  return {
    entryPoints: [
      { out: "index", in: join(ROOT, "functions", name, "index.ts") },
      ...(slim ? chunks.map(chunkEntry) : []),
    ],
    outdir: join(DIST, name),
    write: false,
    bundle: true,
    platform: "node",
    // The oldest runtime that functions are deployed with.
    target: "node18.15",
    format: "cjs",
    minify: true,
    sourcemap: "external",
    sourcesContent: false,
    legalComments: "none",
    absWorkingDir: ROOT,
    metafile: true,
    plugins: slim
      ? [
          ...[
            slimSdk(),
            splitChunks(chunks),
            packedPayloads(),
            withoutIdleIsolation(),
            withoutIdleSinks(sinks),
          ],
          ...(config ? [withCheckedConfig(config)] : []),
        ]
      : [],
    logLevel: "silent",
  } satisfies BuildOptions;
}
