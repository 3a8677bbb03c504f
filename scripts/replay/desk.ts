import type { Clock } from "../../lib/clock";
import { type Config, type Environment, parseConfig } from "../../lib/config";
import { type Account, openAccount } from "../deploy/account";
import { withDefaults } from "../deploy/deploy";
import { functionOf } from "../deploy/doors";
import { type FoundFunction, listInstalled } from "../deploy/our-functions";
import { subAppIdOf } from "../deploy/remote-function";
import { readProjectConfig } from "../project";

/** What replaying and reconciling work with. */
export interface Desk {
  readonly env: Environment;
  readonly account: Account;
  readonly functions: readonly FoundFunction[];
  /** The names that our functions have, deployed or not. */
  readonly names: readonly string[];
  /** Without keys: the person's own, of the environment, are used. */
  readonly config: Config;
}

/** @throws where a key is missing, or the configuration is wrong */
export async function openDesk(environment: Environment, clock: Clock): Promise<Desk> {
  const env = withDefaults(environment);
  const account = openAccount(env, console.error, clock);
  const functions = await listInstalled(account, env);
  // What the functions transcode to, and not what they would after another deployment.
  const DEFINITIONS =
    env["DEFINITIONS"] || functions.flatMap(({ remote }) => remote.variables["DEFINITIONS"] ?? [])[0];
  const content = readProjectConfig({ ...env, DEFINITIONS });
  const { secretId: _id, secretKey: _key, ...config } = parseConfig(content);
  const subAppId = subAppIdOf(functions.find(({ remote }) => remote.variables["SUBAPPID"])?.remote, env);
  const names = (["callback", "reliable", "retry"] as const).map((door) => functionOf(door, env).name);
  return {
    env,
    account,
    functions,
    names,
    config: { ...config, ...(subAppId !== undefined && { subAppId }) },
  };
}
