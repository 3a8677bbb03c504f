import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { type Clock, systemClock } from "../../lib/clock";
import { type Environment, parseConfig, withEnvironment } from "../../lib/config";
import type { JsonObject } from "../../lib/json";
import { build } from "../build";
import { pack } from "../pack";
import { ROOT, readJsonObject, readProjectConfig, secretsIn } from "../project";
import { say } from "../say";
import { passesSelfTest } from "../self-test";
import { type Account, openAccount, required } from "./account";
import { type Deployed, deployFunction } from "./deploy-function";
import { ensureRole } from "./role";
import { type FunctionSpec, loadServerlessFile } from "./serverless-file";
import type { SecretSources } from "./variables";

const SERVICE = "event notification receipt service of VOD";

/** The variables that name things, with what they are where the person says nothing. */
export function withDefaults(env: Environment): Environment {
  return {
    ...env,
    REGION: env["REGION"] || parseConfig(readProjectConfig(env)).region,
    NAMESPACE: env["NAMESPACE"] || "vod_demo",
    FUNCTION: env["FUNCTION"] || "callback",
    ROLE: env["ROLE"] || "",
  };
}

/**
 * Builds the function and deploys it, with the installer's lines, of which the service address is the last.
 * @param environment the variables of the person who deploys (README, "What the installer reads")
 * @param config the content of `config.json`
 * @throws with what is wrong and what to do
 */
export async function deploy(
  environment: Environment,
  clock: Clock = systemClock,
  config: JsonObject = readProjectConfig(environment),
): Promise<Deployed> {
  if (environment["MODE"] && environment["MODE"] !== "normal") {
    throw new Error(`MODE=${environment["MODE"]} can't be deployed; this version knows MODE=normal only.`);
  }
  const env = withDefaults(environment);
  const account = openAccount(env, say, clock);

  say("Start configuring SCF.");
  refuseTrackedSecrets();
  const spec = loadServerlessFile(join(ROOT, "serverless.yml"), env);
  spec.notices.forEach(say);
  // A malformed token or key is named before anything is made.
  withEnvironment(parseConfig(config), env);
  await build(config);
  const code = pack(join(ROOT, spec.src.src), spec.src.exclude, spec.src.include);
  const { role, keys } = await findCredentials(account, spec, config, env);
  say("SCF configuration is completed.");

  say(`Start deploying the ${SERVICE}.`);
  const secrets = { config, env, keys };
  const deployed = await deployFunction({ spec, code, role, secrets }, { account, clock, progress: say });
  say(`The ${SERVICE} is deployed.`);
  const { address, signKey } = deployed;
  if (address === undefined) return deployed;
  if (!(await passesSelfTest(address, code.digest, signKey, clock))) {
    say(`Warning: the ${SERVICE} failed the test.`);
  }
  if (signKey)
    say("Notifications must be signed now. Set the key at VOD too: ./vod-receiver event-config --yes");
  warnOfOtherAccount(address, env);
  say(`Service address: ${address}`);
  return deployed;
}

/** The role that the function runs under, or the key pair that it gets instead. */
async function findCredentials(
  account: Account,
  spec: FunctionSpec,
  config: JsonObject,
  env: Environment,
): Promise<{ role: string | undefined; keys: SecretSources["keys"] }> {
  const { secret_id: secretId, secret_key: secretKey } = config;
  if (typeof secretId === "string" && typeof secretKey === "string" && secretId && secretKey) {
    return { role: spec.role || undefined, keys: { secretId, secretKey } };
  }
  if (spec.role) return { role: spec.role, keys: undefined };
  const role = await ensureRole(account);
  if (role !== undefined) return { role, keys: undefined };
  say(
    "The key may not make a role for the function (CAM): SECRET_ID and SECRET_KEY get into its environment.",
  );
  return {
    role: undefined,
    keys: { secretId: required(env, "SECRET_ID"), secretKey: required(env, "SECRET_KEY") },
  };
}

/** A function URL begins with the account's APPID (FACTS E), so that keys of another account show. */
function warnOfOtherAccount(address: string, { APPID }: Environment): void {
  const [, owner] = /^https:\/\/(\d+)-/.exec(address) ?? [];
  if (!owner || !APPID || owner === APPID) return;
  say(`Warning: the keys are those of the account with the APPID ${owner}, not ${APPID}.`);
}

/** A key in a committed file is everybody's; one in a file that git does not know is the person's own matter. */
function refuseTrackedSecrets(): void {
  const secrets = secretsIn(readJsonObject(join(ROOT, "config.json")));
  if (secrets.length === 0 || !isTracked("config.json")) return;
  throw new Error(`config.json is in git and holds ${secrets.join(", ")}: move them to config.local.json.`);
}

function isTracked(file: string): boolean {
  try {
    execFileSync("git", ["ls-files", "--error-unmatch", file], { cwd: ROOT, stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
