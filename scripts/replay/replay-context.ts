import type { Clock } from "../../lib/clock";
import { type Config, withSinks } from "../../lib/config";
import { UserError } from "../../lib/errors";
import { type Account, openAccount } from "../cloud/account";
import { findDifferent } from "../cloud/config-digest";
import { deployedConfig } from "../cloud/deployed-config";
import { type FoundFunction, listInstalled } from "../cloud/our-functions";
import type { Target } from "../cloud/target";
import { printError } from "../terminal/output";

/** What `replay` and `reconcile` need. */
export interface ReplayContext {
  readonly target: Target;
  readonly account: Account;
  readonly functions: readonly FoundFunction[];
  /** The names of the installation's functions, deployed or not. */
  readonly names: readonly string[];
  /** Without keys: the user's keys of the environment are used. */
  readonly config: Config;
}

/** @throws if a key is missing or the configuration is wrong */
export async function openReplayContext(target: Target, clock: Clock): Promise<ReplayContext> {
  const account = openAccount(target, printError, clock);
  const functions = await listInstalled(account, target);
  const { RECORD_CA } = target.env;
  const { secretId: _id, secretKey: _key, ...config } = deployedConfig(functions, target);
  const names = Object.values(target.names);
  return { target, account, functions, names, config: withSinks(config, { RECORD_CA }) };
}

/**
 * Refuses to start what the functions would not start.
 * @throws {UserError} if they were deployed with another configuration
 */
export function refuseOtherConfig({ config, functions }: ReplayContext): void {
  const different = findDifferent(config, functions);
  if (different === "unknown") {
    if (functions.length > 0)
      printError("The functions are of an earlier version, so config.json cannot be compared with theirs.");
    return;
  }
  if (different.length > 0) throw new UserError(otherConfig(different));
}

/** What is wrong if functions start something else than the local configuration. */
export function otherConfig(names: readonly string[]): string {
  return (
    `${names.join(" and ")} had another configuration when deployed: config.json (or config.local.json) says ` +
    "something else about what a file starts. Deploy first: bash installer.sh"
  );
}
