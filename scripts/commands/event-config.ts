import { type Clock, systemClock } from "../../lib/clock";
import { type Environment, withEnvironment } from "../../lib/config";
import { parseConfig } from "../../lib/config/keys";
import { type Account, openAccount } from "../cloud/account";
import { type Application, applicationOf } from "../cloud/deployed-config";
import { type Installation, readInstallation } from "../cloud/installation";
import { listInstalled } from "../cloud/our-functions";
import { applySettings, differing, namesIn, type Settings } from "../cloud/receiver-settings";
import { isSameAddress, redactPlatformMessage, serviceAddress } from "../cloud/remote-function";
import { askByHttp, askByInvoke, findSelfTestFailure, tryTick } from "../cloud/self-test";
import { readTarget } from "../cloud/target";
import { openTimer, readEventConfig } from "../cloud/vod-events";
import type { DeployContext } from "../cloud/wait-active";
import { changeSignKey } from "../deploy/sign-key";
import { type ReceiverOptions, readOwnReceiver, type WantedConfig } from "../event-config/own-receiver";
import { checkVariables } from "../name-rules";
import { readProjectConfig } from "../project";
import { logLine, print } from "../terminal/output";
import { ask } from "../terminal/prompt";

export interface EventConfigOptions extends ReceiverOptions {
  /** Applies the settings without a prompt. */
  readonly yes?: boolean;
  /** Replaces another address or mode that is already set. */
  readonly replace?: boolean;
}

const ALL_EVENTS: Settings = { DeleteMediaCompleteEventSwitch: "ON", PersistenceCompleteEventSwitch: "ON" };
const NEXT = "Next, upload a video: ./vod-receiver upload FILE --wait (or in the VOD console).";

/**
 * Prints VOD's callback settings and the recommended ones, and applies them with `yes` or if the user agrees. A
 * change of mode loses no event: the new receiver is tested first, and the previous one stays.
 * @throws if nothing is deployed, the function does not work, or another service is set and `replace` is not
 */
export async function eventConfig(
  environment: Environment,
  options: EventConfigOptions,
  clock: Clock = systemClock,
): Promise<void> {
  const target = readTarget(environment);
  const account = openAccount(target, logLine, clock);
  const context: DeployContext = { account, clock, progress: logLine };
  const own = readOwnReceiver(options, target.env);
  if (own) {
    const found = await listInstalled(account, target);
    const deployed = found.map(({ remote, triggers }) => serviceAddress(remote, triggers));
    const isDeployed = own.url !== undefined && deployed.some((one) => one && isSameAddress(one, own.url));
    if (options.clear || !isDeployed)
      return apply(
        own.wanted(deployed, options.clear ? undefined : ownSignKey(target.env)),
        applicationOf(found, target),
        options,
        account,
        "the same command with --yes",
      );
  }
  // Only what is sent to an address is signed.
  const installation = await readInstallation(
    account,
    options.signKey ? { ...target, mode: "normal" } : target,
  );
  if (options.signKey) return changeSignKey(installation, target, context, options.yes === true);
  const { callback, reliable } = installation;
  const application = applicationOf([callback, reliable], target);
  const said = callback && reliable ? `MODE=${installation.mode} ` : "";
  const command = `${said}./vod-receiver event-config --yes${options.all ? " --all" : ""}`;
  await apply(wantedOf(installation, context), application, options, account, command);
}

/** The key that a server of one's own verifies notifications with, as `serve` has it. */
function ownSignKey(env: Environment): string | undefined {
  const config = parseConfig(readProjectConfig(env));
  return checkVariables(() => withEnvironment(config, env)).signKeys[0];
}

/** Shows what VOD has and what it would get, and applies that. @param command how to apply it without a prompt */
async function apply(
  wanted: WantedConfig,
  application: Application,
  options: EventConfigOptions,
  account: Account,
  command: string,
): Promise<void> {
  const settings = options.all ? { ...wanted.settings, ...ALL_EVENTS } : wanted.settings;
  const now = await readEventConfig(account, application);
  print(`Application: ${application.SubAppId ?? "the default one (no SUBAPPID)"}`);
  const different = differing(now, settings);
  for (const name of namesIn(settings)) {
    const change = different.includes(name) ? ` -> ${settings[name] || "(not set)"}` : "";
    print(`${name}: ${now[name] || "(not set)"}${change}`);
  }
  if (wanted.signKey) print("SignKey: (VOD does not report it) -> the receiver's");
  if (different.length === 0 && !wanted.signKey)
    return print("VOD already has these settings.", ...wanted.afterwards);
  const owner = options.replace ? undefined : wanted.takenBy(now);
  const warning = owner && warningOf(owner, command);
  if (warning && options.yes) throw new Error(warning);
  if (warning) print(warning);
  if (!options.yes && (warning || !(await ask("Apply this?"))))
    return print(`Nothing was changed. To apply this: ${command}${warning ? " --replace" : ""}`);
  await wanted.check(now);
  const after = await applySettings(account, application, settings, wanted.signKey);
  const kept = differing(after, settings);
  if (kept.length > 0)
    throw new Error(
      `VOD did not take ${kept.join(", ")}. Set that in the VOD console, under Event Notification.`,
    );
  print("VOD has the new settings:");
  for (const name of namesIn(after)) print(`${name}: ${after[name] || "(not set)"}`);
  print(...wanted.afterwards);
}

/** @throws if the function of the mode is not deployed */
function wantedOf(installation: Installation, context: DeployContext): WantedConfig {
  return installation.mode === "reliable"
    ? toReliable(installation, context)
    : toNormal(installation, context);
}

function toNormal(installation: Installation, { clock }: DeployContext): WantedConfig {
  const { callback, reliable, address, names } = installation;
  if (!callback || !address)
    throw new Error(
      `${names.callback} is not deployed or has no address. Deploy it: bash installer.sh; or set the address of a ` +
        "server of your own: ./vod-receiver event-config --url …",
    );
  const { SIGN_KEY: signKey, CODE_DIGEST: digest = "" } = callback.remote.variables;
  return {
    settings: { Mode: "PUSH", NotificationUrl: address, UploadMediaCompleteEventSwitch: "ON" },
    signKey,
    takenBy(now) {
      if (isElsewhere(now, address)) return "another address";
      // VOD does not report who pulls from its queue. If reliable is deployed, it is taken to be the consumer.
      return now.Mode === "PULL" && !reliable ? "the reliable callback" : undefined;
    },
    async check() {
      const failure = await findSelfTestFailure(askByHttp(address, signKey, clock), digest, clock);
      if (failure === undefined) return;
      throw new Error(
        `${names.callback} failed the self-test, so nothing was changed. Deploy again: bash installer.sh\n` +
          `The last answer: ${failure}`,
      );
    },
    afterwards: reliable
      ? [
          `${names.reliable} still processes the events in the queue. To see how many wait: ./vod-receiver info`,
          NEXT,
        ]
      : [NEXT],
  };
}

function toReliable(installation: Installation, { account, clock }: DeployContext): WantedConfig {
  const { callback, reliable, address, names } = installation;
  const again = "MODE=reliable bash installer.sh";
  if (!reliable) throw new Error(`${names.reliable} is not deployed. Deploy it: ${again}`);
  return {
    settings: { Mode: "PULL", UploadMediaCompleteEventSwitch: "ON" },
    signKey: undefined,
    takenBy: (now) => (now.Mode !== "PULL" && isElsewhere(now, address) ? "another address" : undefined),
    async check() {
      if (openTimer(reliable) === undefined)
        throw new Error(
          `${names.reliable} has no enabled timer, so nothing was changed. Deploy again: ${again}`,
        );
      const digest = reliable.remote.variables["CODE_DIGEST"] ?? "";
      if ((await findSelfTestFailure(askByInvoke(account, reliable.name), digest, clock)) !== undefined)
        throw new Error(
          `${names.reliable} failed the self-test, so nothing was changed. Deploy again: ${again}`,
        );
      logLine(`Testing ${names.reliable} with VOD's queue.`);
      const tick = await tryTick(account, reliable.name);
      if ("pulled" in tick) return;
      const reason = redactPlatformMessage(tick.failure, account, reliable.remote);
      throw new Error(
        `${names.reliable} can't process VOD's queue, so nothing was changed: ${reason}\nFix the cause, then run this again.`,
      );
    },
    afterwards: callback
      ? [`${names.callback} stays deployed for notifications that are still on their way.`, NEXT]
      : [NEXT],
  };
}

function isElsewhere({ NotificationUrl }: Settings, address: string | undefined): boolean {
  return Boolean(NotificationUrl) && !isSameAddress(NotificationUrl, address);
}

/** The original tutorial's warning: the current receiver would get no more events. */
function warningOf(owner: string, command: string): string {
  return (
    `VOD is already set to ${owner}. A production service may depend on it and would get no more events. ` +
    `If you are sure, run: ${command} --replace`
  );
}
