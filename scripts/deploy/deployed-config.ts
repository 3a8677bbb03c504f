import { type Config, type Environment, parseConfig } from "../../lib/config";
import { readProjectConfig } from "../project";
import type { FoundFunction } from "./our-functions";

/**
 * The configuration that functions work with: SUBAPPID and DEFINITIONS as the person says them now, else as the
 * functions were deployed with, and not as they would be after another deployment; all else as it is here.
 * @throws {ConfigError} naming what is wrong
 */
export function deployedConfig(found: readonly (FoundFunction | undefined)[], env: Environment): Config {
  const chosen = (name: "SUBAPPID" | "DEFINITIONS") =>
    env[name] || found.flatMap((one) => one?.remote.variables[name] ?? [])[0];
  const changes = { SUBAPPID: chosen("SUBAPPID"), DEFINITIONS: chosen("DEFINITIONS") };
  return parseConfig(readProjectConfig({ ...env, ...changes }));
}
