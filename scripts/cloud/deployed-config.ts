import type { Config } from "../../lib/config";
import { parseConfig } from "../../lib/config/keys";
import { readProjectConfig, readProjectSetting } from "../project";
import type { FoundFunction } from "./our-functions";
import type { Target } from "./target";

type Found = readonly (FoundFunction | undefined)[];

/**
 * The configuration that functions use: SUBAPPID and DEFINITIONS from the environment, else from the deployed
 * functions; everything else from the local files.
 * @throws if a value is wrong, or the functions were deployed with different ones
 */
export function deployedConfig(found: Found, target: Target): Config {
  const functions = found.filter((one) => one !== undefined);
  // Functions of versions that did not keep DEFINITIONS have none.
  const kept = functions.filter(({ remote }) => "DEFINITIONS" in remote.variables);
  // With another kind of work in the files, the digests differ (config-digest.ts).
  const isOther = ["procedure", "media_process_task"].some((name) => readProjectSetting(name) !== undefined);
  return parseConfig(
    readProjectConfig({
      ...target.env,
      SUBAPPID: target.subAppId ?? common("SUBAPPID", functions),
      DEFINITIONS: target.definitions ?? (isOther ? undefined : common("DEFINITIONS", kept)),
    }),
  );
}

/**
 * The application of the functions, as VOD's actions take it. A mistake in `config.json` is ignored here.
 * @throws if the functions were deployed with different ones
 */
export function applicationOf(found: Found, target: Target): Application {
  const functions = found.filter((one) => one !== undefined);
  const id = Number(target.subAppId ?? common("SUBAPPID", functions) ?? readProjectSetting("subappid"));
  return Number.isSafeInteger(id) && id > 0 ? { SubAppId: id } : {};
}

/** VOD's application, as its actions take it. */
export interface Application {
  readonly SubAppId?: number;
}

/** The value that all of them were deployed with. */
function common(name: string, functions: readonly FoundFunction[]): string | undefined {
  const values = new Set(functions.map(({ remote }) => remote.variables[name]));
  const [value] = values;
  if (values.size <= 1) return value;
  const list = functions.map((one) => `${one.name.name}: ${one.remote.variables[name] ?? "none"}`).join(", ");
  throw new Error(
    `The functions were deployed with different values of ${name} (${list}). Set ${name} to the right one and run this again.`,
  );
}
