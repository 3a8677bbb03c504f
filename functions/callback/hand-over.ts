import type { ClientConfig } from "tencentcloud-sdk-nodejs-common/tencentcloud/common/interface";
import type { InvokeRequest } from "tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models";
import type { Clock } from "../../lib/clock";
import { withoutSign } from "../../lib/http/authenticate";
import type { JsonObject } from "../../lib/json";
import { callUntil } from "../../lib/tencent-cloud/call-until";
import { describeFailure } from "../../lib/tencent-cloud/client-config";
import { isPassing } from "../../lib/tencent-cloud/errors";

/** What SCF takes as the event of an asynchronous invocation (FACTS E, "Limits"). */
const LARGEST_EVENT_BYTES = 128 * 1024;

/** The function that goes on with an event. */
export interface Receiver {
  readonly functionName: string;
  readonly namespace: string;
}

/**
 * Hands a notification, without its Sign and T, to a function that has more time (SCF's `Invoke`, type
 * Event, which answers at once). Invoked twice by chance, it finds the work started already.
 * @param clientConfig credentials and region of the call
 * @param until when to give up, in milliseconds since 1970
 * @throws where it could not be handed over, or may not have been
 */
export async function handOver(
  notification: JsonObject,
  { functionName, namespace }: Receiver,
  clientConfig: ClientConfig,
  until: number,
  clock: Clock,
): Promise<void> {
  const event = JSON.stringify(withoutSign(notification));
  if (Buffer.byteLength(event) > LARGEST_EVENT_BYTES) throw new Error("it is larger than 128 KB");
  const request: InvokeRequest = {
    FunctionName: functionName,
    Namespace: namespace,
    Qualifier: "$DEFAULT",
    InvocationType: "Event",
    ClientContext: event,
  };
  // Loaded only here: hardly any event needs it.
  const {
    AbstractClient,
  }: Common = require("tencentcloud-sdk-nodejs-common/tencentcloud/common/abstract_client");
  const client = new AbstractClient("scf.tencentcloudapi.com", "2018-04-16", clientConfig);
  await callUntil(
    (signal) => client.request("Invoke", request, { signal }),
    until,
    clock,
    (error) => isPassing(describeFailure(error)),
  );
}

type Common = typeof import("tencentcloud-sdk-nodejs-common/tencentcloud/common/abstract_client");
