import type { Clock } from "../../lib/clock";
import type { Config, Environment } from "../../lib/config";
import type { JsonObject } from "../../lib/json";
import type { Log } from "../../lib/log/log";
import { clientConfig, describeFailure } from "../../lib/tencent-cloud/client-config";
import { handOver } from "./hand-over";

export interface Leaving {
  readonly config: Config;
  readonly env: Environment;
  readonly clock: Clock;
  readonly log: Log;
  /** When to give up, in milliseconds since 1970. */
  readonly until: number;
  /** Of this function, as SCF's context has it; the retry function is in the same one. */
  readonly namespace: string | undefined;
}

/**
 * Hands a notification to the retry function, which deploying names in `RETRY_FUNCTION`. It never throws.
 * @returns whether the retry function has it now
 */
export async function leaveToRetry(
  notification: JsonObject,
  { config, env, clock, log, until, namespace }: Leaving,
): Promise<boolean> {
  const functionName = env["RETRY_FUNCTION"];
  if (!functionName || !namespace) return false;
  try {
    // The function's own region, wherever VOD is called.
    const region = env["TENCENTCLOUD_REGION"] || config.region;
    const client = { ...clientConfig(config, env), region };
    await handOver(notification, { functionName, namespace }, client, until, clock);
    return true;
  } catch (error) {
    const { code, message } = describeFailure(error);
    log.line(`Not handed over to ${functionName}: ${code ? `${code}: ` : ""}${message}`);
    return false;
  }
}
