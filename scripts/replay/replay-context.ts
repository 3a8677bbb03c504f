import type { Clock } from "../../lib/clock";
import type { Config, Environment } from "../../lib/config";
import { type Account, openAccount } from "../cloud/account";
import { deployedConfig } from "../cloud/deployed-config";
import { functionOf } from "../cloud/function-names";
import { type FoundFunction, listInstalled } from "../cloud/our-functions";
import { withDefaults } from "../commands/deploy";

/** What replaying and reconciling work with. */
export interface ReplayContext {
  readonly env: Environment;
  readonly account: Account;
  readonly functions: readonly FoundFunction[];
  /** The names that our functions have, deployed or not. */
  readonly names: readonly string[];
  /** Without keys: the person's own, of the environment, are used. */
  readonly config: Config;
}

/** @throws where a key is missing, or the configuration is wrong */
export async function openReplayContext(environment: Environment, clock: Clock): Promise<ReplayContext> {
  const env = withDefaults(environment);
  const account = openAccount(env, console.error, clock);
  const functions = await listInstalled(account, env);
  const { secretId: _id, secretKey: _key, ...config } = deployedConfig(functions, env);
  const names = (["callback", "reliable", "retry"] as const).map(
    (entryPoint) => functionOf(entryPoint, env).name,
  );
  return { env, account, functions, names, config };
}
