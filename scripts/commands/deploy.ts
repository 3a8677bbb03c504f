import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Clock, systemClock } from "../../lib/clock";
import { ConfigError, type Environment, withEnvironment } from "../../lib/config";
import { parseConfig } from "../../lib/config/keys";
import { UsageError, UserError } from "../../lib/errors";
import type { JsonObject } from "../../lib/json";
import { environmentWithoutSecrets } from "../../lib/log/redact";
import { withBuild } from "../build/build";
import { checkTypes } from "../build/check-types";
import { type CodePackage, pack } from "../build/pack";
import { type Account, openAccount, required } from "../cloud/account";
import { DEPLOYED, type EntryPoint } from "../cloud/function-names";
import { findFunction, listInstalled } from "../cloud/our-functions";
import { readFunction } from "../cloud/remote-function";
import { type Ask, askByHttp, askByInvoke, findSelfTestFailure } from "../cloud/self-test";
import { functionOf, readTarget, type Target } from "../cloud/target";
import type { DeployContext } from "../cloud/wait-active";
import { checkDatabase } from "../deploy/check-database";
import { findUnknownTemplates } from "../deploy/check-templates";
import { missingTags } from "../deploy/configuration";
import { type Deployed, deployFunction, refuseForeign } from "../deploy/deploy-function";
import { keptSettings, RECORD_CA, withVpc } from "../deploy/kept-settings";
import { actionsFor, ensureRole, roleOf } from "../deploy/role";
import { type FunctionSpec, readDescription } from "../deploy/serverless-file";
import { type SecretSources, unnamedVariables, weaknessOf } from "../deploy/variables";
import { checkName, checkVariables, NAME_BEFORE_RELIABLE } from "../name-rules";
import { DIST, ROOT, readJsonObject, readProjectConfig, secretsIn } from "../project";
import { logLine } from "../terminal/output";

const SERVICE = "event notification receipt service of VOD";

/**
 * Builds the functions of a mode, deploys them and prints the installer's lines. The last line has the service
 * address, or the function that pulls the events.
 * @param environment the user's variables (docs/reference.md#installer-variables)
 * @param given the content of `config.json`
 * @param options.yes makes the tables that an existing installation's database lacks, without a prompt
 * @returns the deployed function that receives VOD's events
 * @throws if the configuration is wrong or the cloud rejects a step; the message has the remedy
 */
export async function deploy(
  environment: Environment,
  clock: Clock = systemClock,
  given: JsonObject = readProjectConfig(environment),
  { yes = false }: { readonly yes?: boolean } = {},
): Promise<Deployed> {
  const target = readTarget(environment);
  const { env, mode = "normal" } = target;
  if (mode === "reliable") checkName(target.names.callback, "FUNCTION", NAME_BEFORE_RELIABLE);
  // A malformed token or key is reported before anything is asked or created.
  const known = parseConfig(given);
  const { pathToken } = checkVariables(() => withEnvironment(known, env));
  const account = openAccount(target, logLine, clock);
  const context: DeployContext = { account, clock, progress: logLine };

  logLine("Start configuring SCF.");
  refuseTrackedSecrets();
  const installed = await listInstalled(account, target);
  const { variables: settings, config, ca } = keptSettings(env, given, installed);
  const entryPoints = DEPLOYED[mode].map((entryPoint) => ({
    entryPoint,
    spec: withVpc(readDescription(entryPoint, target), env, installed),
  }));
  const specs = entryPoints.map(({ spec }) => spec);
  for (const notice of specs.flatMap(({ notices }) => notices)) logLine(notice);
  const parsed = parseConfig(config);
  if (mode === "normal" && weaknessOf(pathToken)) await refuseNewToken(pathToken, account, target);
  const unchecked = await checkTypes();
  if (unchecked) logLine(unchecked);
  const packages = await packAll(entryPoints, config, ca);
  const { role, keys } = await findCredentials(account, specs, config, target);
  const { subAppId } = parsed;
  const application = subAppId === undefined ? {} : { SubAppId: subAppId };
  for (const line of await findUnknownTemplates(account, parsed, application)) logLine(line);
  logLine("SCF configuration is completed.");

  logLine(`Start deploying the ${SERVICE}.`);
  // All of them are checked before the first one is created, so that nothing is left half done.
  for (const { entryPoint, spec } of entryPoints) {
    const remote = await readFunction(account, spec);
    refuseForeign(remote, spec, entryPoint);
    const tags = remote ? missingTags(remote, spec) : [];
    if (tags.length > 0) logLine(tagsNotice(spec.name, tags));
    const unnamed = remote ? unnamedVariables(remote, spec) : [];
    if (unnamed.length > 0) logLine(unnamedNotice(spec.name, unnamed));
  }
  const secrets = { config, env, keys, settings };
  let deployed: Deployed | undefined;
  for (const { entryPoint, spec, code } of packages) {
    deployed = await deployFunction({ entryPoint, spec, code, role: spec.role || role, secrets }, context);
  }
  if (!deployed) throw new Error(`MODE=${mode} deploys nothing.`);
  logLine(`The ${SERVICE} is deployed.`);
  const { record_url: recordUrl } = config;
  if (typeof recordUrl === "string" && recordUrl !== "") {
    const isUpdate = installed.some(({ entryPoint }) => entryPoint !== "retry");
    await checkDatabase(account, { recordUrl, retry: functionOf("retry", target), isUpdate, yes });
  }
  if (mode === "reliable") await tellOfReliable(deployed, context);
  else await tellOfCallback(deployed, context, env);
  return deployed;
}

/** Packs what the build makes, plus the files and minus the patterns that `src` in each description names. */
function packAll<Described extends { readonly entryPoint: EntryPoint; readonly spec: FunctionSpec }>(
  described: readonly Described[],
  config: JsonObject,
  ca: string | undefined,
): Promise<(Described & { readonly code: CodePackage })[]> {
  const names = described.map(({ entryPoint }) => entryPoint);
  return withBuild(config, names, (folder) =>
    described.map((one) => {
      const { src, exclude, include } = one.spec.src;
      const [named, built] = [resolve(ROOT, src), join(folder, one.entryPoint)];
      // dist/<name> stands for what is built.
      const folders = named === join(DIST, one.entryPoint) ? [built] : [built, named];
      const files = include.map((file) => resolve(ROOT, file));
      if (ca) writeFileSync(join(built, RECORD_CA), ca);
      return { ...one, code: pack(folders, exclude, files) };
    }),
  );
}

function tagsNotice(name: string, tags: readonly string[]): string {
  return `SCF accepts tags only when a function is created. Add them to ${name} in the SCF console: ${tags.join(", ")}`;
}

function unnamedNotice(name: string, unnamed: readonly string[]): string {
  return (
    `${name} keeps what serverless.yml does not name: ${unnamed.join(", ")}. If you took it out of the file, remove it ` +
    "in the SCF console too, or set it in the file to manage it there."
  );
}

async function tellOfCallback(deployed: Deployed, { clock }: DeployContext, env: Environment): Promise<void> {
  const { address, digest, signKey, hasNewSignKey } = deployed;
  if (address === undefined) return;
  await warnUnlessPassing(askByHttp(address, signKey, clock), digest, clock);
  if (hasNewSignKey)
    logLine(
      "The function now rejects unsigned notifications. Set the key at VOD too: ./vod-receiver event-config --yes",
    );
  const weakness = weaknessOf(deployed.pathToken);
  if (weakness) logLine(`Warning: ${weakness.problem} ${weakness.remedy}`);
  warnOfOtherAccount(address, env);
  logLine(`Service address: ${address}`);
}

async function tellOfReliable(deployed: Deployed, { account, clock }: DeployContext): Promise<void> {
  const { spec, digest } = deployed;
  await warnUnlessPassing(askByInvoke(account, spec), digest, clock);
  logLine(
    'Select "Reliable Callback" in the VOD console, under Event Notification; or run: ' +
      "MODE=reliable ./vod-receiver event-config --yes",
  );
  const [timer] = spec.timers;
  logLine(`Reliable callback: ${spec.namespace}/${spec.name}, timer ${timer?.cronExpression ?? "none"}`);
}

async function warnUnlessPassing(ask: Ask, digest: string, clock: Clock): Promise<void> {
  const failure = await findSelfTestFailure(ask, digest, clock);
  if (failure === undefined) return;
  logLine("Warning: the event notification receipt service failed the test.");
  logLine(`The test's last answer: ${failure}`);
}

/** What functions call the API with: a role, or the key pair that they get instead. */
interface Credentials {
  readonly role: string | undefined;
  readonly keys: SecretSources["keys"];
}

/** @param specs those that name a role of their own need none */
async function findCredentials(
  account: Account,
  specs: readonly FunctionSpec[],
  config: JsonObject,
  target: Target,
): Promise<Credentials> {
  const { secret_id: secretId, secret_key: secretKey } = config;
  if (typeof secretId === "string" && typeof secretKey === "string" && secretId && secretKey) {
    return { role: undefined, keys: { secretId, secretKey } };
  }
  const parsed = parseConfig(config);
  const { permissions = [] } = parsed;
  const own = specs.flatMap(({ role }) => role || []);
  if (own.length > 0 && permissions.length > 0)
    logLine(
      `permissions in config.json do not change ${own[0]}, a role of your own. Allow there: ${permissions.join(", ")}`,
    );
  if (own.length === specs.length) return { role: undefined, keys: undefined };
  if (target.env["KEYS"] && target.env["KEYS"] !== "environment")
    throw new UsageError(`KEYS must be "environment" or unset (got "${target.env["KEYS"]}").`);
  const [callback, retry] = [functionOf("callback", target), functionOf("retry", target)];
  // A function of the other mode keeps what it needs.
  const hasQueue =
    target.mode === "reliable" || (await findFunction(account, "reliable", target)) !== undefined;
  const wanted = roleOf(callback, retry, account.region, actionsFor(parsed, hasQueue));
  const role = await ensureRole(account, wanted);
  if (role !== undefined) return { role, keys: undefined };
  const { KEYS } = target.env;
  if (KEYS !== "environment" && !(await hasKeys(account, specs)))
    throw new UserError(
      "These credentials may not create a role for the functions (CAM), so nothing was deployed. Use credentials that " +
        "may (docs/install.md#permissions), set ROLE to an existing role, or pass KEYS=environment: SECRET_ID and " +
        "SECRET_KEY are then put into the functions' environment, where everyone who may read the functions sees them.",
    );
  if (target.env["SECRET_TOKEN"])
    throw new UserError(
      "No role can be created for the functions (CAM), and your keys are temporary (SECRET_TOKEN), so they can't be put " +
        "into the functions. Nothing was deployed. Set ROLE to an existing role, or use keys that do not expire.",
    );
  logLine(
    "The functions use SECRET_ID and SECRET_KEY from their environment, because no role can be created.",
  );
  return {
    role: undefined,
    keys: { secretId: required(target.env, "SECRET_ID"), secretKey: required(target.env, "SECRET_KEY") },
  };
}

/** Whether a function has the user's keys already, from an earlier deployment. */
async function hasKeys(account: Account, specs: readonly FunctionSpec[]): Promise<boolean> {
  for (const spec of specs) if ((await readFunction(account, spec))?.variables["SECRET_ID"]) return true;
  return false;
}

/**
 * A function URL begins with the account's APPID (docs/tencent-protocols.md#function-url-addresses), so that
 * keys of another account show.
 */
function warnOfOtherAccount(address: string, { APPID }: Environment): void {
  const [, owner] = /^https:\/\/(\d+)-/.exec(address) ?? [];
  if (!owner || !APPID || owner === APPID) return;
  logLine(
    `Warning: the keys belong to the account with the APPID ${owner}, not ${APPID}. Check APPID, SECRET_ID and SECRET_KEY.`,
  );
}

/**
 * A weak token stays if the function has it already, so that the address stays.
 * @throws {UserError} if the token is new; the message has the variable or the key
 */
async function refuseNewToken(token: string | undefined, account: Account, target: Target): Promise<void> {
  const callback = await readFunction(account, functionOf("callback", target));
  if (callback?.variables["PATH_TOKEN"] === token) return;
  const rule =
    "must have at least 16 letters, digits and _ ~ - (dots only between them). Unset it to have one generated.";
  throw target.env["PATH_TOKEN"]
    ? new UsageError(`PATH_TOKEN ${rule}`)
    : new ConfigError(`path_token ${rule}`);
}

/** A key in a committed file is public; a file that git does not track is up to the user. */
function refuseTrackedSecrets(): void {
  const secrets = secretsIn(readJsonObject(join(ROOT, "config.json")));
  if (secrets.length === 0 || !isTracked("config.json")) return;
  throw new Error(
    `config.json is in git and contains ${secrets.join(", ")}. Move them to config.local.json.`,
  );
}

function isTracked(file: string): boolean {
  try {
    execFileSync("git", ["ls-files", "--error-unmatch", file], {
      cwd: ROOT,
      env: environmentWithoutSecrets(),
      stdio: "ignore",
    });
    return true;
  } catch {
    return false;
  }
}
