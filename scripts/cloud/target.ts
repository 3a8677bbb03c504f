import type { Environment } from "../../lib/config";
import { UsageError } from "../../lib/errors";
import {
  APPLICATION_ID,
  checkName,
  INSTANCES,
  NAME_BEFORE_RETRY,
  NAMESPACE_NAME,
  REGION_NAME,
  RUNTIME_NAME,
} from "../name-rules";
import { readProjectSetting } from "../project";
import type { EntryPoint, FunctionName, Mode } from "./function-names";
import { checkSite } from "./site";

/** The installation that a command works on, read once from the environment. */
export interface Target {
  readonly region: string;
  readonly namespace: string;
  /** The name of each function in SCF; `callback` is FUNCTION, and the others follow from it. */
  readonly names: Readonly<Record<EntryPoint, string>>;
  /** MODE; undefined if it is not set. */
  readonly mode: Mode | undefined;
  /** SUBAPPID, if it is set. */
  readonly subAppId: string | undefined;
  /** DEFINITIONS, if it is set. */
  readonly definitions: string | undefined;
  /** The whole environment, for credentials and for `${env:NAME}` in a `serverless.yml`; with the names above. */
  readonly env: Environment;
}

/**
 * Reads the variables that select an installation. The default region is that of `config.json`; a mistake in that file
 * is ignored here.
 * @throws if a variable is wrong; the message has its name
 */
export function readTarget(env: Environment): Target {
  const { REGION, NAMESPACE, FUNCTION, MODE, SUBAPPID, DEFINITIONS, ROLE, CONCURRENCY, RUNTIME } = env;
  const region = checkName(REGION || defaultRegion(), "REGION", REGION_NAME);
  const namespace = checkName(NAMESPACE || "vod_demo", "NAMESPACE", NAMESPACE_NAME);
  const callback = checkName(FUNCTION || "callback", "FUNCTION", NAME_BEFORE_RETRY);
  if (MODE && MODE !== "normal" && MODE !== "reliable")
    throw new UsageError(`MODE must be "normal" or "reliable" (got "${MODE}").`);
  if (CONCURRENCY) checkName(CONCURRENCY, "CONCURRENCY", INSTANCES);
  if (RUNTIME) checkName(RUNTIME, "RUNTIME", RUNTIME_NAME);
  checkSite(env);
  const prefix = callback === "callback" ? "" : `${callback}-`;
  const names = { callback, reliable: `${prefix}reliable`, retry: `${prefix}retry` };
  return {
    region,
    namespace,
    names,
    mode: MODE === "normal" || MODE === "reliable" ? MODE : undefined,
    subAppId: SUBAPPID ? checkName(SUBAPPID, "SUBAPPID", APPLICATION_ID) : undefined,
    definitions: DEFINITIONS || undefined,
    env: {
      ...env,
      REGION: region,
      NAMESPACE: namespace,
      FUNCTION: names.callback,
      RELIABLE_FUNCTION: names.reliable,
      RETRY_FUNCTION: names.retry,
      ROLE: ROLE || "",
    },
  };
}

function defaultRegion(): string {
  const region = readProjectSetting("region");
  return typeof region === "string" && REGION_NAME.pattern.test(region) ? region : "ap-guangzhou";
}

/** The name of an entry point's function in SCF. */
export function functionOf(entryPoint: EntryPoint, { namespace, names }: Target): FunctionName {
  return { namespace, name: names[entryPoint] };
}
