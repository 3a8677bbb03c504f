import type { Plugin } from "esbuild";
import { parseConfig } from "../../lib/config/keys";
import type { JsonObject } from "../../lib/json";
import { withoutSecrets } from "../project";

/** The `config.json` of a package, without secrets. */
export function configText(config: JsonObject): string {
  return `${JSON.stringify(withoutSecrets(config), null, 2)}\n`;
}

/**
 * An esbuild plugin that bundles what a `config.json` says, so that a start does not check it again. A file that was
 * edited after the build is checked.
 */
export function withCheckedConfig(config: JsonObject): Plugin {
  const text = configText(config);
  const checked = { text, config: parseConfig(JSON.parse(text)) };
  return {
    name: "checked-config",
    setup(build) {
      build.onLoad({ filter: /[\\/]lib[\\/]config[\\/]checked\.ts$/ }, () => ({
        contents: JSON.stringify({ CHECKED: checked }),
        loader: "json",
      }));
    },
  };
}
