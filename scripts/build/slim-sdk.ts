import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { ROOT } from "../project";
import { CUTS, type Cut, IMPORTS_OF_OURS, IMPORTS_OF_SDK, LEFT_AS_THEY_ARE } from "./sdk-replacements";

const SDK_SOURCE = /[\\/]node_modules[\\/]tencentcloud-sdk-nodejs-/;
const BASE_CLIENT =
  /node_modules\/tencentcloud-sdk-nodejs-common\/tencentcloud\/common\/abstract_client\.js$/;

/**
 * An esbuild plugin that replaces modules of the Tencent Cloud SDK with small ones of ours; other imports stay. The build
 * fails if the SDK imports a module that is not known here, or no longer imports one that is, so that every update of
 * the SDK is checked.
 * @param importsOfSdk what is replaced of the SDK's own imports
 * @param cuts what is left out of its modules
 */
export function slimSdk(importsOfSdk = IMPORTS_OF_SDK, cuts = CUTS): Plugin {
  return {
    name: "slim-sdk",
    setup(build) {
      const seen = new Set<string>();
      build.onStart(() => seen.clear());

      build.onResolve({ filter: /.*/ }, ({ path, importer }) => {
        const bySdk = SDK_SOURCE.test(importer);
        const found = (bySdk ? importsOfSdk : IMPORTS_OF_OURS).find(({ module }) => module === path);
        if (found) {
          seen.add(path);
          return { path: join(ROOT, "lib", "tencent-cloud", "sdk-stubs", found.file) };
        }
        if (!bySdk || isKnown(path)) return undefined;
        return { errors: [{ text: explain(`the SDK now imports ${path}`) }] };
      });

      build.onLoad({ filter: SDK_SOURCE }, ({ path }) => {
        const cut = cuts.find(({ module }) => path.replaceAll("\\", "/").endsWith(`/${module}`));
        if (!cut) return undefined;
        const { contents, errors } = cutOut(readFileSync(path, "utf8"), cut);
        return { contents, errors: errors.map((what) => ({ text: explain(what) })) };
      });

      build.onEnd(({ metafile }) => {
        const hasClient = Object.keys(metafile?.inputs ?? {}).some((path) => BASE_CLIENT.test(path));
        const missing = hasClient ? importsOfSdk.filter(({ module }) => !seen.has(module)) : [];
        return {
          errors: missing.map(({ module }) => ({ text: explain(`the SDK no longer imports ${module}`) })),
        };
      });
    },
  };
}

/** Leaves parts of a compiled module out, in which a method or function ends with a brace at its own indentation. */
function cutOut(text: string, { module, functions, texts }: Cut): { contents: string; errors: string[] } {
  const errors: string[] = [];
  let contents = text;
  for (const name of functions) {
    const start = `^( *)(?:static |async |function )*${name}\\(.*\\) \\{\\n`;
    const whole = new RegExp(`${start}(?:.*\\n)*?\\1\\}\\n`, "m");
    if (!whole.test(contents)) errors.push(`${module} of the SDK no longer has ${name}`);
    contents = contents.replace(whole, "");
  }
  for (const [part, replacement] of texts) {
    if (!contents.includes(part)) errors.push(`${module} of the SDK no longer has "${part}"`);
    contents = contents.replaceAll(part, replacement);
  }
  for (const name of functions)
    if (new RegExp(`\\b${name}\\(`).test(contents)) errors.push(`${module} of the SDK still calls ${name}`);
  return { contents, errors };
}

/** The SDK's own files and Node's modules are bundled unchanged; the size limit of the bundles covers them. */
function isKnown(path: string): boolean {
  const ofSdk = path.startsWith(".") || path.startsWith("tencentcloud-sdk-nodejs-");
  return ofSdk || builtinModules.includes(path.replace(/^node:/, "")) || LEFT_AS_THEY_ARE.includes(path);
}

function explain(what: string): string {
  return `${what}: see docs/decisions/small-bundle.md, and update scripts/build/sdk-replacements.ts`;
}
