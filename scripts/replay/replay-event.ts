import type { Clock } from "../../lib/clock";
import { dispatch } from "../../lib/dispatch";
import { parseEvent } from "../../lib/event/event";
import { splitRemainder, withRemainder } from "../../lib/event/remainder";
import type { JsonObject } from "../../lib/json";
import { createLog } from "../../lib/log/log";
import { redactor, secretsOf } from "../../lib/log/redact";
import { clientConfig } from "../../lib/tencent-cloud/client-config";
import { createVod } from "../../lib/tencent-cloud/vod";
import { asFunctionHas } from "../cloud/credentials";
import { print } from "../terminal/output";
import { printLogText } from "../terminal/trace";
import { processInRetry } from "./in-retry";
import type { ReplayContext } from "./replay-context";
import { startMissing } from "./start-missing";

/** A call is retried for a minute, and an upload needs several calls. */
const EVENT_MS = 5 * 60_000;

/** What the functions deliver events to, by the variable that they have for it. */
const SINKS = [
  ["RECORD_URL", "database"],
  ["PUBLISH_URL", "publisher"],
] as const;

/**
 * Reprocesses an event, with the handlers' lines on standard output. What the functions deliver events to may be out of
 * reach here, so `retry` does that, if it is deployed.
 * @param again also starts what has failed before
 * @returns why it still fails; undefined if it is done
 */
export async function replayEvent(
  event: JsonObject,
  { account, config: full, functions, target: { env } }: ReplayContext,
  clock: Clock,
  again = false,
): Promise<string | undefined> {
  const retry = functions.find(({ entryPoint }) => entryPoint === "retry");
  const { recordUrl: _recorded, publishUrl: _published, ...here } = full;
  const config = retry ? here : full;
  const clean = redactor(secretsOf(config, env));
  const log = createLog((line) => printLogText(line), clean);
  const vod = createVod(() => clientConfig(config, asFunctionHas(env)), clock);
  const start = startMissing(account.vod, (fileId, text) => print(`${fileId}: ${text}`), again);
  const deadlineMs = clock.monotonic() + EVENT_MS;
  const { event: notification, remainder } = splitRemainder(event);
  const handlerContext = { config, log, vod, start, deadlineMs, clock, requestId: "" };
  const outcome = await dispatch(parseEvent(notification), handlerContext, undefined, remainder);
  const isDone = outcome.kind === "done";
  const left = SINKS.filter(([variable, sink]) => {
    const isWanted = remainder.pending?.includes(sink) ?? true;
    return retry?.remote.variables[variable] && isWanted && (isDone || sink === "database");
  }).map(([, sink]) => sink);
  const delivered =
    retry && left.length > 0
      ? await processInRetry(withRemainder(notification, { pending: left }), retry, account)
      : undefined;
  return isDone ? delivered : clean(outcome.error);
}
