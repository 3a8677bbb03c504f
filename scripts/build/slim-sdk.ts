import { builtinModules } from "node:module";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { ROOT } from "../project";
import { IMPORTS_OF_OURS, IMPORTS_OF_SDK, LEFT_AS_THEY_ARE } from "./sdk-replacements";

const SDK_SOURCE = /[\\/]node_modules[\\/]tencentcloud-sdk-nodejs-/;
const BASE_CLIENT =
  /node_modules\/tencentcloud-sdk-nodejs-common\/tencentcloud\/common\/abstract_client\.js$/;

/**
 * An esbuild plugin that replaces modules of the Tencent Cloud SDK with small ones of ours; other imports stay. The build
 * fails if the SDK imports a module that is not known here, or no longer imports one that is, so that every update of
 * the SDK is checked.
 * @param importsOfSdk what is replaced of the SDK's own imports
 */
export function slimSdk(importsOfSdk = IMPORTS_OF_SDK): Plugin {
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

/** The SDK's own files and Node's modules are bundled unchanged; the size limit of the bundles covers them. */
function isKnown(path: string): boolean {
  const ofSdk = path.startsWith(".") || path.startsWith("tencentcloud-sdk-nodejs-");
  return ofSdk || builtinModules.includes(path.replace(/^node:/, "")) || LEFT_AS_THEY_ARE.includes(path);
}

function explain(what: string): string {
  return `${what}: see docs/decisions/small-bundle.md, and update scripts/build/sdk-replacements.ts`;
}
