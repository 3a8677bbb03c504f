import { type Config, type Environment, withEnvironment } from "../../lib/config";
import { parseConfFile } from "../../lib/config/read-config";
import { dispatch } from "../../lib/dispatch";
import { parseEvent } from "../../lib/event/event";
import { ENVELOPE, withRemainder } from "../../lib/event/remainder";
import { text } from "../../lib/event/untrusted";
import { type GatewayResponse, type HttpRequest, parseGatewayEvent, respond } from "../../lib/http/gateway";
import { Refusal } from "../../lib/http/refusal";
import { isJsonObject, type JsonObject } from "../../lib/json";
import { logOutcome, logRejection } from "../../lib/log/event-record";
import { createLog, type Log } from "../../lib/log/log";
import { createRedaction } from "../../lib/log/redact";
import { logReplayRecord } from "../../lib/log/replay-record";
import type { Outcome } from "../../lib/outcome";
import type { FunctionRuntime } from "../../lib/runtime";
import { answerSelfTest, isSelfTest } from "../../lib/self-test";
import { createVod, readClientConfig } from "../../lib/tencent-cloud/vod";
import { handOver } from "./hand-over";
import { refuse, validateRequest } from "./validate-request";

/** VOD waits five seconds for an answer (docs/tencent-protocols.md#timeout-and-retries). */
const VOD_WAITS_MS = 5000;
const BUDGET_MS = 4000;
/** The parts of the budget until which handlers work, and until which the event can be handed over. */
const WORK_SHARE = 0.75;
const HAND_OVER_SHARE = 0.95;
/**
 * If the event can be handed over, the parts in which tries of API calls begin, and go on: a slow API must not hold
 * the instances that the next notifications need (docs/scale.md#bursts).
 */
const LAST_CALL_SHARE = 0.3;
const CALLS_SHARE = 0.5;
/** A sink that would begin later is left to `retry`, if it is deployed. */
const LAST_SINK_START_MS = 2500;
const PLATFORM_MARGIN_MS = 500;
const MAX_KEPT_CHARACTERS = 4096;
const MAX_NONCE = 64;

/**
 * Makes the handler of HTTP notifications. It checks the request in the order of docs/reference.md#order-of-checks,
 * dispatches the event and turns the outcome into a status code.
 */
export function createCallback({ configFile, env, clock, write }: FunctionRuntime) {
  let parsed: Config | undefined;
  let saidOpen = false;
  const openRedaction = createRedaction(env, () => parsed);
  // Read once, because each look at a process's environment is slow.
  const hasRetry = Boolean(env["RETRY_FUNCTION"]);

  // Of a handler that is not async, SCF takes no returned promise (docs/tencent-protocols.md#handler).
  return async (event: unknown, context: unknown): Promise<GatewayResponse> => {
    const start = clock.monotonic();
    const log = createLog(write, openRedaction());
    return handle(event, isJsonObject(context) ? context : {}, log, start);
  };

  async function handle(
    event: unknown,
    context: JsonObject,
    log: Log,
    start: number,
  ): Promise<GatewayResponse> {
    const request = parseGatewayEvent(event);
    try {
      parsed ??= withEnvironment(parseConfFile(configFile), env);
      const config = parsed;
      if (!saidOpen && !isGuarded(config)) {
        log.own.line(
          "Anyone who finds the address can send notifications: neither a path token nor a sign key is set.",
        );
        saidOpen = true;
      }
      const notification = validateRequest(request, config, clock.now());
      if (isSelfTest(notification)) return respondToSelfTest(notification, env, log);
      try {
        return await act(notification, config, log, start, context);
      } catch (error) {
        // VOD sent it, so a later version may be able to read it.
        if (error instanceof Refusal && isGuarded(config) && text(notification["EventType"]))
          logReplayRecord(notification, log);
        throw error;
      }
    } catch (error) {
      if (error instanceof Refusal) {
        // The token shows that VOD sent it, so it is recorded although this version can't read it.
        if (error.status === 400 && parsed?.pathToken !== undefined) logUnreadable(request, log);
        return refuse(error, request, log);
      }
      const reason = log.clean(error instanceof Error ? error.message : String(error));
      logRejection(
        { status: 500, reason, length: request.length, sourceAddress: request.sourceAddress() },
        log,
      );
      return respond(500, "The notification was not processed. The function's log has the reason.");
    }
  }

  async function act(
    notification: JsonObject,
    config: Config,
    log: Log,
    start: number,
    context: JsonObject,
  ): Promise<GatewayResponse> {
    const requestId = text(context["request_id"]) ?? "";
    if (ENVELOPE in notification)
      throw new Refusal(400, `A notification must not have the member ${ENVELOPE}.`);
    const event = parseEvent(notification);
    const budget = budgetMs(context["time_limit_in_ms"]);
    const deadlineMs = start + WORK_SHARE * budget;
    const limits = { lastStartMs: start + LAST_CALL_SHARE * budget, endMs: start + CALLS_SHARE * budget };
    const vod = createVod(() => readClientConfig(config, env), clock, hasRetry ? limits : undefined);
    const lastSinkStartMs = hasRetry ? start + LAST_SINK_START_MS : undefined;
    const outcome = await dispatch(event, {
      config,
      log,
      vod,
      deadlineMs,
      lastSinkStartMs,
      clock,
      requestId,
    });
    const handed =
      outcome.kind === "retry" &&
      (await handOver(withRemainder(notification, outcome), {
        config,
        env,
        clock,
        log,
        deadlineMs: start + HAND_OVER_SHARE * budget,
        namespace: text(context["namespace"]),
      }));
    const leftTo = handed ? "retry" : undefined;
    const durationMs = clock.monotonic() - start;
    // All that waits ends with the budget.
    if (durationMs > VOD_WAITS_MS) log.own.line(blockedLine(durationMs / 1000));
    logOutcome(notification, { requestId, event, outcome, durationMs, leftTo }, log);
    return handed ? respond(202, "The notification will be retried.") : answer(outcome, log);
  }
}

/** Keeps the first kilobytes of a body; the log escapes them. */
function logUnreadable(request: HttpRequest, log: Log): void {
  try {
    // A signature stays valid for some minutes.
    const body = log.clean(request.text()).replace(/[0-9a-f]{32}/gi, "***");
    log.own.line(`Unreadable notification: ${body.slice(0, MAX_KEPT_CHARACTERS)}`);
  } catch {
    // It has no body that is text.
  }
}

/** Whether only VOD can send notifications. */
function isGuarded({ pathToken, signKeys }: Config): boolean {
  return pathToken !== undefined || signKeys.length > 0;
}

function budgetMs(timeLimitMs: unknown): number {
  if (typeof timeLimitMs !== "number" || !(timeLimitMs > 0)) return BUDGET_MS;
  return Math.min(BUDGET_MS, Math.max(0, timeLimitMs - PLATFORM_MARGIN_MS));
}

function blockedLine(seconds: number): string {
  return (
    `The function was blocked for ${seconds.toFixed(1)} s, but VOD waits ${VOD_WAITS_MS / 1000} s for an answer. ` +
    "Make the handler in lib/handlers/custom.ts wait asynchronously, or use the reliable callback."
  );
}

/** Without a token or a key anyone can ask, so the answer is kept short. */
function respondToSelfTest(notification: JsonObject, env: Environment, log: Log): GatewayResponse {
  const { Nonce } = notification;
  if (typeof Nonce !== "number" && !(typeof Nonce === "string" && Nonce.length <= MAX_NONCE)) {
    throw new Refusal(400, "Nonce must be a number or a string of at most 64 characters.");
  }
  return respond(200, JSON.stringify(answerSelfTest(notification, env, log)), "application/json");
}

function answer(outcome: Outcome, log: Log): GatewayResponse {
  switch (outcome.kind) {
    case "done":
      return respond(200, outcome.body ?? "{}", "application/json");
    case "park":
      return respond(400, log.clean(outcome.error));
    case "retry":
      return respond(
        500,
        "The notification could not be processed now. It is recorded in the function's log.",
      );
  }
}
