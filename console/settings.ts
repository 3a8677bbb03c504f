import type { Account } from "../scripts/cloud/account";
import type { Application } from "../scripts/cloud/deployed-config";
import type { FoundFunction } from "../scripts/cloud/our-functions";
import { addressOf, serviceAddress } from "../scripts/cloud/remote-function";
import type { Target } from "../scripts/cloud/target";
import { openTimer, readEventConfig } from "../scripts/cloud/vod-events";
import { readProjectConfig, withoutSecrets } from "../scripts/project";
import { type FunctionRow, type Settings, SWITCHES } from "./protocol";

const COVERED = "••••••";
/** What the page puts into words; secrets and credentials are not among it. */
const SHOWN = new Set([
  ...["definitions", "procedure", "media_process_task", "events", "categories", "rules", "skip_upscaling"],
  ...["skip_with_task_flow", "source_types", "file_types", "subappid", "region"],
]);

/** Reads the callback settings of VOD, and what is deployed; no secret is in it. */
export async function readSettings(
  account: Account,
  target: Target,
  functions: readonly FoundFunction[],
  application: Application,
): Promise<Settings> {
  const now = await readEventConfig(account, application);
  const callback = functions.find(({ entryPoint }) => entryPoint === "callback");
  const own = callback && serviceAddress(callback.remote, callback.triggers);
  const tokens = functions.flatMap(({ remote }) => remote.variables["PATH_TOKEN"] ?? []);
  const cover = (text: string) => tokens.reduce((covered, token) => covered.replaceAll(token, COVERED), text);
  const url = now.NotificationUrl ?? "";
  return {
    mode: now.Mode === "PUSH" || now.Mode === "PULL" ? now.Mode : "",
    url: own === url ? cover(url) : coverPath(url),
    isOurAddress: own !== undefined && own === url,
    switches: SWITCHES.filter((name) => now[name] === "ON"),
    functions: functions.map(functionRow),
    configuration: configurationOf(functions, target),
  };
}

function functionRow({ name, remote, triggers }: FoundFunction): FunctionRow {
  const { Status, Runtime, MemorySize, Timeout } = remote.description;
  const url = addressOf(triggers);
  const hasToken = Boolean(remote.variables["PATH_TOKEN"]);
  return {
    ...{ name: name.name, state: Status ?? "", runtime: Runtime ?? "" },
    ...{ memoryMb: MemorySize ?? 0, timeoutSeconds: Timeout ?? 0 },
    address: url && hasToken ? `${url.replace(/\/$/, "")}/${COVERED}` : url,
    timer: openTimer({ entryPoint: "reliable", name, remote, triggers }),
    recordsToDatabase: Boolean(remote.variables["RECORD_URL"]),
  };
}

/** Of an address that is not ours, the path may be a secret. */
function coverPath(url: string): string {
  const [, origin = "", path = ""] = /^(\w+:\/\/[^/?#]*)(.*)$/s.exec(url) ?? [];
  return path.length > 1 ? `${origin}/${COVERED}` : url;
}

/** The local configuration with what the functions keep; a mistake in the file is for other commands to report. */
function configurationOf(functions: readonly FoundFunction[], { env }: Target): Settings["configuration"] {
  const kept = functions.find(({ remote }) => remote.variables["DEFINITIONS"])?.remote.variables;
  try {
    const config = withoutSecrets(readProjectConfig({ ...env, DEFINITIONS: kept?.["DEFINITIONS"] }));
    const isSet = (value: unknown) => value !== undefined && value !== "" && value !== 0 && value !== "0";
    return Object.fromEntries(
      Object.entries(config).filter(([name, value]) => SHOWN.has(name) && isSet(value)),
    );
  } catch {
    return {};
  }
}
