import { type Config, withSinks } from "../../lib/config";
import { parseConfFile } from "../../lib/config/read-config";
import { dispatch } from "../../lib/dispatch";
import { parseEvent, type VodEvent } from "../../lib/event/event";
import { splitRemainder } from "../../lib/event/remainder";
import { text } from "../../lib/event/untrusted";
import { Refusal } from "../../lib/http/refusal";
import { isJsonObject, type JsonObject } from "../../lib/json";
import { logOutcome } from "../../lib/log/event-record";
import { createLog } from "../../lib/log/log";
import { createRedaction } from "../../lib/log/redact";
import { recordIdOf } from "../../lib/log/replay-record";
import type { Outcome } from "../../lib/outcome";
import type { FunctionRuntime } from "../../lib/runtime";
import { answerSelfTest, isSelfTest } from "../../lib/self-test";
import { createVod, readClientConfig } from "../../lib/tencent-cloud/vod";
import { administer, readAction } from "./administration";

const MAX_BUDGET_MS = 50_000;
/** Reserved for the log's last lines. */
const PLATFORM_MARGIN_MS = 5000;
/** The part of a short time limit in which API calls are tried. */
const CALLS_SHARE = 0.75;

/**
 * Makes the handler of events that `callback` has handed over; its input is the notification itself. It returns if the
 * event is done or has failed permanently. It throws after a transient error, so that SCF runs it again. A function
 * can't know which try is the last (docs/tencent-protocols.md#asynchronous-retries), so each leaves the same record.
 */
export function createRetry({ configFile, env, clock, write }: FunctionRuntime) {
  let parsed: Config | undefined;
  const openRedaction = createRedaction(env, () => parsed);
  const readConfig = () => {
    parsed ??= withSinks(parseConfFile(configFile), env);
    return parsed;
  };

  return async (event: unknown, context: unknown): Promise<JsonObject> => {
    const start = clock.monotonic();
    const log = createLog(write, openRedaction());
    const { request_id, time_limit_in_ms } = isJsonObject(context) ? context : {};
    const requestId = text(request_id) ?? "";
    const notification = isJsonObject(event) ? event : {};
    if (isSelfTest(notification)) return answerSelfTest(notification, env, log);
    const deadlineMs = start + budgetMs(time_limit_in_ms);
    const action = readAction(notification);
    if (action) return administer(action, { config: readConfig, requestId, log, clock, deadlineMs });
    const { event: original, remainder } = splitRemainder(notification);
    let known: VodEvent | undefined;
    let outcome: Outcome;
    try {
      known = parseEvent(original);
      const config = readConfig();
      const vod = createVod(() => readClientConfig(config, env), clock);
      outcome = await dispatch(
        known,
        { config, log, vod, deadlineMs, clock, requestId },
        undefined,
        remainder,
      );
    } catch (error) {
      if (error instanceof Refusal) {
        // No other try can read it either, and it has nothing to record.
        log.own.last({ requestId, outcome: "refused", reason: error.message });
        return { outcome: "refused" };
      }
      outcome = {
        kind: "retry",
        error: error instanceof Error ? error.message : String(error),
        ...remainder,
      };
    }
    const earlierRecord = recordIdOf(notification);
    const durationMs = clock.monotonic() - start;
    logOutcome(original, { requestId, event: known, outcome, durationMs, earlierRecord }, log);
    if (outcome.kind === "retry") throw new Error("The event is not done yet. The log has the reason.");
    return { outcome: outcome.kind };
  };
}

function budgetMs(timeLimitMs: unknown): number {
  if (typeof timeLimitMs !== "number" || !(timeLimitMs > 0)) return MAX_BUDGET_MS;
  return Math.min(MAX_BUDGET_MS, Math.max(timeLimitMs - PLATFORM_MARGIN_MS, timeLimitMs * CALLS_SHARE));
}
