import type {
  DescribeEventConfigResponse,
  ModifyEventConfigRequest,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { type Clock, systemClock } from "../../lib/clock";
import type { Environment } from "../../lib/config";
import { openAccount } from "../cloud/account";
import { applicationOf } from "../cloud/deployed-config";
import { type Installation, readInstallation } from "../cloud/installation";
import { redactPlatformMessage } from "../cloud/remote-function";
import { askByHttp, askByInvoke, passesSelfTest, tryTick } from "../cloud/self-test";
import { readTarget } from "../cloud/target";
import { openTimer, readEventConfig } from "../cloud/vod-events";
import type { DeployContext } from "../cloud/wait-active";
import { changeSignKey } from "../deploy/sign-key";
import { logLine, print } from "../terminal/output";

export interface EventConfigOptions {
  /** Sets it; without, it is only shown. */
  readonly yes?: boolean;
  /** Lets another address or mode that is set already be replaced. */
  readonly replace?: boolean;
  /** Changes the sign key instead, at VOD and in the function. */
  readonly signKey?: boolean;
}

type Setting = "Mode" | "NotificationUrl" | "UploadMediaCompleteEventSwitch";

/** What VOD is to be set to. */
interface WantedConfig {
  readonly settings: Partial<Record<Setting, string>>;
  /** What is set but can't be read back. */
  readonly signKey: string | undefined;
  /** What gets the events now and would get none any more, where that may be somebody else's. */
  takenBy(now: DescribeEventConfigResponse): string | undefined;
  /** @throws where events would reach nobody */
  check(): Promise<void>;
  readonly afterwards: readonly string[];
}

/**
 * Shows how VOD hands its events over and how it should, and with `yes` makes it so. Going from one mode to the
 * other loses nothing: whoever is to get the events is seen to work first, and who got them stays.
 * @throws where nothing is deployed, what is deployed does not work, or another service is set and `replace`
 * was not said
 */
export async function eventConfig(
  environment: Environment,
  options: EventConfigOptions,
  clock: Clock = systemClock,
): Promise<void> {
  const target = readTarget(environment);
  const account = openAccount(target, logLine, clock);
  const context: DeployContext = { account, clock, progress: logLine };
  // Only what is sent to an address is signed.
  const installation = await readInstallation(
    account,
    options.signKey ? { ...target, mode: "normal" } : target,
  );
  if (options.signKey) return changeSignKey(installation, target, context);
  const { callback, reliable } = installation;
  const application = applicationOf([callback, reliable], target);
  const wanted = wantedOf(installation, context);

  const now = await readEventConfig(account, application);
  print(`Application: ${application.SubAppId ?? "the default one (no SUBAPPID)"}`);
  const names = Object.keys(wanted.settings).filter(isSetting);
  const different = names.filter((name) => now[name] !== wanted.settings[name]);
  for (const name of names) {
    const change = different.includes(name) ? ` -> ${wanted.settings[name]}` : "";
    print(`${name}: ${now[name] || "(not set)"}${change}`);
  }
  if (wanted.signKey) print("SignKey: VOD does not tell it -> the function's");
  if (different.length === 0 && !wanted.signKey) return print("VOD is set as it should be.");
  const said = callback && reliable ? `MODE=${installation.mode} ` : "";
  const command = `${said}./vod-receiver event-config --yes`;
  const owner = options.replace ? undefined : wanted.takenBy(now);
  const warning = owner && warningOf(owner, command);
  if (warning && options.yes) throw new Error(warning);
  if (warning) print(warning);
  if (!options.yes) return print(`Nothing was changed. To set it: ${command}${warning ? " --replace" : ""}`);
  await wanted.check();
  const request: ModifyEventConfigRequest = { ...application, ...wanted.settings };
  await account.vod.ModifyEventConfig({ ...request, ...(wanted.signKey && { SignKey: wanted.signKey }) });
  print("VOD is set.", ...wanted.afterwards);
}

function isSetting(name: string): name is Setting {
  return ["Mode", "NotificationUrl", "UploadMediaCompleteEventSwitch"].includes(name);
}

/** @throws where the entry points of the mode are not deployed */
function wantedOf(installation: Installation, context: DeployContext): WantedConfig {
  return installation.mode === "reliable"
    ? toReliable(installation, context)
    : toNormal(installation, context);
}

function toNormal(installation: Installation, { clock }: DeployContext): WantedConfig {
  const { callback, reliable, address, names } = installation;
  if (!callback || !address)
    throw new Error(`There is no function ${names.callback} with an address; deploy it first.`);
  const { SIGN_KEY: signKey, CODE_DIGEST: digest = "" } = callback.remote.variables;
  return {
    settings: { Mode: "PUSH", NotificationUrl: address, UploadMediaCompleteEventSwitch: "ON" },
    signKey,
    takenBy(now) {
      if (isElsewhere(now, address)) return "another address";
      // Somebody else's consumer of the queue can't be told from ours; where there is ours, it is taken for it.
      return now.Mode === "PULL" && !reliable ? "the reliable callback" : undefined;
    },
    async check() {
      if (await passesSelfTest(askByHttp(address, signKey, clock), digest, clock)) return;
      throw new Error(
        `${names.callback} does not answer as it should; nothing was changed. Deploy it again: bash installer.sh`,
      );
    },
    afterwards: reliable
      ? [`${names.reliable} goes on with what waits in the queue; see ./vod-receiver info`]
      : [],
  };
}

function toReliable(installation: Installation, { account, clock }: DeployContext): WantedConfig {
  const { callback, reliable, address, names } = installation;
  const again = "MODE=reliable bash installer.sh";
  if (!reliable) throw new Error(`There is no function ${names.reliable}; deploy it first: ${again}`);
  return {
    settings: { Mode: "PULL", UploadMediaCompleteEventSwitch: "ON" },
    signKey: undefined,
    takenBy: (now) => (now.Mode !== "PULL" && isElsewhere(now, address) ? "another address" : undefined),
    async check() {
      if (openTimer(reliable) === undefined)
        throw new Error(
          `${names.reliable} has no timer that is switched on; nothing was changed. Deploy it again: ${again}`,
        );
      const digest = reliable.remote.variables["CODE_DIGEST"] ?? "";
      if (!(await passesSelfTest(askByInvoke(account, reliable.name), digest, clock)))
        throw new Error(
          `${names.reliable} does not run as it should; nothing was changed. Deploy it again: ${again}`,
        );
      logLine(`Trying ${names.reliable} on VOD's queue.`);
      const tick = await tryTick(account, reliable.name);
      if ("pulled" in tick) return;
      const reason = redactPlatformMessage(tick.failure, account, reliable.remote);
      throw new Error(`${names.reliable} can't work through VOD's queue; nothing was changed: ${reason}`);
    },
    afterwards: callback ? [`${names.callback} stays for what is still on its way to it.`] : [],
  };
}

function isElsewhere({ NotificationUrl }: DescribeEventConfigResponse, address: string | undefined): boolean {
  return Boolean(NotificationUrl) && NotificationUrl !== address;
}

/** The original tutorial's warning: whoever gets the events now would get none any more. */
function warningOf(owner: string, command: string): string {
  return (
    `VOD is set to ${owner} already. A production service may depend on it: it would get no events any more. ` +
    `If you are sure, say: ${command} --replace`
  );
}
