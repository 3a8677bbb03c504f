import type { ClientConfig } from "tencentcloud-sdk-nodejs-common/tencentcloud/common/interface";
import type { InvokeRequest } from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";
import type { Clock } from "../../lib/clock";
import type { Config, Environment } from "../../lib/config";
import { withoutSign } from "../../lib/http/authenticate";
import type { JsonObject } from "../../lib/json";
import type { Log } from "../../lib/log/log";
import { loadSdk } from "../../lib/tencent-cloud/load-sdk";

/** The largest event of an asynchronous invocation (docs/tencent-protocols.md#scf-limits). */
const MAX_EVENT_BYTES = 128 * 1024;

export interface HandOverContext {
  readonly config: Config;
  readonly env: Environment;
  readonly clock: Clock;
  readonly log: Log;
  /** When to give up, on the monotonic clock. */
  readonly deadlineMs: number;
  /** The namespace of this function, from SCF's context; `retry` is in the same one. */
  readonly namespace: string | undefined;
}

/**
 * Hands a notification, without its Sign and T, over to the function that `deploy` names in `RETRY_FUNCTION`. It never
 * throws.
 * @returns whether that function has the notification now
 */
export async function handOver(
  notification: JsonObject,
  { config, env, clock, log, deadlineMs, namespace }: HandOverContext,
): Promise<boolean> {
  const functionName = env["RETRY_FUNCTION"];
  if (!functionName || !namespace) return false;
  const sdk = loadSdk();
  try {
    // The function's own region, wherever VOD is called.
    const region = env["TENCENTCLOUD_REGION"] || config.region;
    const request = invocationOf(notification, functionName, namespace);
    await invoke(request, { ...sdk.clientConfig(config, env, "scf"), region }, deadlineMs, clock);
    return true;
  } catch (error) {
    const { code, message } = sdk.describeFailure(error);
    log.own.line(`Not handed over to ${functionName}: ${code ? `${code}: ` : ""}${log.clean(message)}`);
    return false;
  }
}

function invocationOf(notification: JsonObject, FunctionName: string, Namespace: string): InvokeRequest {
  const event = JSON.stringify(withoutSign(notification));
  if (Buffer.byteLength(event) > MAX_EVENT_BYTES) throw new Error("it is larger than 128 KB");
  return {
    FunctionName,
    Namespace,
    Qualifier: "$DEFAULT",
    InvocationType: "Event",
    ClientContext: event,
  };
}

/** SCF answers an asynchronous invocation at once. If it runs twice by chance, VOD reports the work as started. */
async function invoke(
  request: InvokeRequest,
  config: ClientConfig,
  deadlineMs: number,
  clock: Clock,
): Promise<void> {
  const { AbstractClient, callUntil, isTransientFailure } = loadSdk();
  const client = new AbstractClient("", "2018-04-16", config);
  await callUntil(
    (signal) => client.request("Invoke", request, { signal }),
    deadlineMs,
    clock,
    isTransientFailure,
  );
}
