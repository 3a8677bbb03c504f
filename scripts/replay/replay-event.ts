import type { Clock } from "../../lib/clock";
import { dispatch } from "../../lib/dispatch";
import { parseEvent } from "../../lib/event/event";
import { splitRemainder } from "../../lib/event/remainder";
import type { JsonObject } from "../../lib/json";
import { createLog } from "../../lib/log/log";
import { redactor, secretsOf } from "../../lib/log/redact";
import { clientConfig } from "../../lib/tencent-cloud/client-config";
import { createVod } from "../../lib/tencent-cloud/vod";
import { print } from "../terminal/output";
import { printLogText } from "../terminal/trace";
import type { ReplayContext } from "./replay-context";
import { startMissing } from "./start-missing";

/** A call is retried for a minute, and an upload needs several calls. */
const EVENT_MS = 5 * 60_000;

/**
 * Reprocesses an event, with the handlers' lines on standard output.
 * @param again also starts what has failed before
 * @returns why it still fails; undefined if it is done
 */
export async function replayEvent(
  event: JsonObject,
  { account, config, target: { env } }: ReplayContext,
  clock: Clock,
  again = false,
): Promise<string | undefined> {
  const clean = redactor(secretsOf(config, env));
  const log = createLog((line) => printLogText(line), clean);
  const vod = createVod(() => clientConfig(config, env), clock);
  const start = startMissing(account.vod, (fileId, text) => print(`${fileId}: ${text}`), again);
  const deadlineMs = clock.monotonic() + EVENT_MS;
  const { event: notification, remainder } = splitRemainder(event);
  const handlerContext = { config, log, vod, start, deadlineMs, clock, requestId: "" };
  const outcome = await dispatch(parseEvent(notification), handlerContext, undefined, remainder);
  return outcome.kind === "done" ? undefined : clean(outcome.error);
}
