import type { Config } from "../../lib/config";
import { digest } from "../../lib/crypto";
import { canonical } from "../../lib/json";
import type { FoundFunction } from "./our-functions";

/** The variable of a function with the digest of what decides what a file starts. */
export const CONFIG_DIGEST = "CONFIG_DIGEST";

/** A digest of all that decides what a file starts. */
export function configDigest(config: Config): string {
  const {
    work,
    events,
    categories,
    rules,
    skipUpscaling,
    skipWithTaskFlow,
    sourceTypes,
    fileTypes,
    subAppId,
  } = config;
  const deciding = {
    ...{ work, events, categories, rules, skipUpscaling, skipWithTaskFlow },
    ...{ sourceTypes, fileTypes, subAppId },
  };
  return digest("sha256", JSON.stringify(canonical(deciding)))
    .toString("hex")
    .slice(0, 32);
}

/**
 * Compares the configuration of a command with what is deployed.
 * @returns the functions that start something else; `unknown` if none of them carries a digest, as those of versions
 *   before
 */
export function findDifferent(
  config: Config,
  functions: readonly FoundFunction[],
): readonly string[] | "unknown" {
  const carrying = functions.filter(({ remote }) => remote.variables[CONFIG_DIGEST]);
  if (carrying.length === 0) return "unknown";
  const wanted = configDigest(config);
  return carrying
    .filter(({ remote }) => remote.variables[CONFIG_DIGEST] !== wanted)
    .map(({ name }) => name.name);
}
