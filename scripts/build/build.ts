import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, build as bundle, type Plugin } from "esbuild";
import { parseConfig } from "../../lib/config";
import { DIST, functionNames, ROOT, readProjectConfig, withoutSecrets } from "../project";
import { slimSdk } from "./slim-sdk";

/**
 * Bundles every function to `dist/<name>/index.js`, with its configuration, without secrets, beside it.
 * @param config the content of `config.json`
 * @returns the bundles' sizes in bytes, by name
 * @throws where a source or the configuration is wrong
 */
export async function build(config = readProjectConfig(process.env)): Promise<Map<string, number>> {
  parseConfig(config);
  const sizes = new Map<string, number>();
  for (const name of functionNames()) {
    const { metafile } = await bundle(bundleOptions(name, DIST, [slimSdk()]));
    writeFileSync(join(DIST, name, "config.json"), `${JSON.stringify(withoutSecrets(config), null, 2)}\n`);
    sizes.set(name, Object.values(metafile.outputs)[0]?.bytes ?? 0);
  }
  return sizes;
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
