import { type Config, type Environment, parseConfig } from "../../lib/config";
import { readProjectConfig } from "../project";
import type { FoundFunction } from "./our-functions";

/**
 * The configuration that functions work with: SUBAPPID and DEFINITIONS as the person says them now, else as the
 * functions were deployed with, and not as they would be after another deployment; all else as it is here.
 * @throws naming what is wrong, or what the functions don't agree on
 */
export function deployedConfig(found: readonly (FoundFunction | undefined)[], env: Environment): Config {
  const functions = found.filter((one) => one !== undefined);
  const changes = {
    SUBAPPID: env["SUBAPPID"] || common("SUBAPPID", functions),
    // Those of before it was kept say nothing of it.
    DEFINITIONS:
      env["DEFINITIONS"] ||
      common(
        "DEFINITIONS",
        functions.filter(({ remote }) => "DEFINITIONS" in remote.variables),
      ),
  };
  return parseConfig(readProjectConfig({ ...env, ...changes }));
}

/** What all of them were deployed with. */
function common(name: string, functions: readonly FoundFunction[]): string | undefined {
  const values = new Set(functions.map(({ remote }) => remote.variables[name]));
  const [value] = values;
  if (values.size <= 1) return value;
  const told = functions.map((one) => `${one.name.name}: ${one.remote.variables[name] ?? "none"}`).join(", ");
  throw new Error(
    `The functions were deployed with different ${name} (${told}): set ${name} to the one that is meant`,
  );
}
