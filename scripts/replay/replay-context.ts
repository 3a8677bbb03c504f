import type { Clock } from "../../lib/clock";
import type { Config } from "../../lib/config";
import { type Account, openAccount } from "../cloud/account";
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
  const { secretId: _id, secretKey: _key, ...config } = deployedConfig(functions, target);
  return { target, account, functions, names: Object.values(target.names), config };
}
