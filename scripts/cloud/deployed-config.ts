import { type Config, parseConfig } from "../../lib/config";
import { readProjectConfig, readProjectSetting } from "../project";
import type { FoundFunction } from "./our-functions";
import type { Target } from "./target";

type Found = readonly (FoundFunction | undefined)[];

/**
 * The configuration that functions work with: SUBAPPID and DEFINITIONS as the environment has them, else as the
 * functions were deployed with; everything else as it is here.
 * @throws naming what is wrong, or what the functions do not agree on
 */
export function deployedConfig(found: Found, target: Target): Config {
  const functions = found.filter((one) => one !== undefined);
  // Functions of versions that did not keep DEFINITIONS have none.
  const kept = functions.filter(({ remote }) => "DEFINITIONS" in remote.variables);
  return parseConfig(
    readProjectConfig({
      ...target.env,
      SUBAPPID: target.subAppId ?? common("SUBAPPID", functions),
      DEFINITIONS: target.definitions ?? common("DEFINITIONS", kept),
    }),
  );
}

/**
 * The application that functions work for, as VOD's actions take it; a mistake in `config.json` stops nothing here.
 * @throws if the functions do not agree on it
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

/** What all of them were deployed with. */
function common(name: string, functions: readonly FoundFunction[]): string | undefined {
  const values = new Set(functions.map(({ remote }) => remote.variables[name]));
  const [value] = values;
  if (values.size <= 1) return value;
  const list = functions.map((one) => `${one.name.name}: ${one.remote.variables[name] ?? "none"}`).join(", ");
  throw new Error(
    `The functions were deployed with different ${name} (${list}). Set ${name} to the value you mean.`,
  );
}
