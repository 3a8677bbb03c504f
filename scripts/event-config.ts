import type { DescribeEventConfigResponse } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import type { Environment } from "../lib/config";
import { openAccount } from "./deploy/account";
import { withDefaults } from "./deploy/deploy";
import { readOurFunction, readTriggers, serviceAddress, subAppIdOf } from "./deploy/remote-function";
import { say } from "./say";

export interface EventConfigOptions {
  /** Sets it; without, it is only shown. */
  readonly yes?: boolean;
  /** Lets another address or mode that is set already be replaced. */
  readonly replace?: boolean;
}

type Setting = "Mode" | "NotificationUrl" | "UploadMediaCompleteEventSwitch";
const SETTINGS: readonly Setting[] = ["Mode", "NotificationUrl", "UploadMediaCompleteEventSwitch"];

/**
 * Shows how VOD sends its events and how it should, and with `yes` makes it so.
 * @throws where nothing is deployed, or another service is set and `replace` was not said
 */
export async function eventConfig(environment: Environment, options: EventConfigOptions): Promise<void> {
  const env = withDefaults(environment);
  const { vod } = openAccount(env, say);
  const { address, signKey, subAppId } = await readDeployed(env);
  const application = subAppId === undefined ? {} : { SubAppId: subAppId };
  const wanted: Record<Setting, string> = {
    Mode: "PUSH",
    NotificationUrl: address,
    UploadMediaCompleteEventSwitch: "ON",
  };

  const now = await vod.DescribeEventConfig(application);
  console.log(`Application: ${subAppId ?? "the default one (no SUBAPPID)"}`);
  const different = SETTINGS.filter((name) => now[name] !== wanted[name]);
  for (const name of SETTINGS) {
    console.log(
      `${name}: ${now[name] || "(not set)"}${different.includes(name) ? ` -> ${wanted[name]}` : ""}`,
    );
  }
  if (signKey) console.log("SignKey: VOD does not tell it -> the function's");
  if (different.length === 0 && !signKey) return console.log("VOD is set as it should be.");
  const taken = options.replace ? undefined : takenBy(now, address);
  if (taken && options.yes) throw new Error(taken);
  if (taken) console.log(taken);
  if (!options.yes) {
    const more = taken ? " --replace" : "";
    return console.log(`Nothing was changed. To set it: ./vod-receiver event-config --yes${more}`);
  }
  await vod.ModifyEventConfig({ ...application, ...wanted, ...(signKey && { SignKey: signKey }) });
  console.log("VOD is set.");
}

/** The original tutorial's warning: whoever gets the events now would get none any more. */
function takenBy(now: DescribeEventConfigResponse, address: string): string | undefined {
  const otherAddress = Boolean(now.NotificationUrl) && now.NotificationUrl !== address;
  if (!otherAddress && now.Mode !== "PULL") return undefined;
  const what = now.Mode === "PULL" ? "the reliable callback" : "another address";
  return (
    `VOD is set to ${what} already. A production service may depend on it: it would get no events any more. ` +
    "If you are sure, say: ./vod-receiver event-config --yes --replace"
  );
}

interface DeployedService {
  readonly address: string;
  readonly signKey: string | undefined;
  readonly subAppId: number | undefined;
}

async function readDeployed(env: Environment): Promise<DeployedService> {
  const account = openAccount(env, say);
  const name = { namespace: env["NAMESPACE"] ?? "", name: env["FUNCTION"] ?? "" };
  const remote = await readOurFunction(account, name);
  const address = remote && serviceAddress(remote, await readTriggers(account, name));
  if (!address) {
    throw new Error(`There is no function ${name.namespace}/${name.name} with an address; deploy it first.`);
  }
  return { address, signKey: remote.variables["SIGN_KEY"], subAppId: subAppIdOf(remote, env) };
}
