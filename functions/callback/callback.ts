import { checkPath, checkSign } from "../../lib/authenticate";
import type { Clock } from "../../lib/clock";
import { type Config, type Environment, parseConfFile, withEnvironment } from "../../lib/config";
import { dispatch } from "../../lib/dispatch";
import { identityOf, parseEvent } from "../../lib/event";
import { type GatewayResponse, type HttpRequest, parseGatewayEvent, respond } from "../../lib/gateway";
import { isJsonObject, type JsonObject, parseJson } from "../../lib/json";
import { createLog, type Log } from "../../lib/log";
import type { Outcome } from "../../lib/outcome";
import { Refusal } from "../../lib/refusal";
import { logReplayRecord } from "../../lib/replay-record";
import { clientConfig } from "../../lib/tencent-cloud";
import { createVod } from "../../lib/vod";
import { text } from "../../lib/wire";

/** What the door stands in. */
export interface Surroundings {
  readonly configFile: string;
  readonly env: Environment;
  readonly clock: Clock;
  /** Writes a line of the function's log. */
  readonly write: (line: string) => void;
}

const MAX_BODY_BYTES = 6 * 1024 * 1024;
/** VOD waits five seconds for an answer (FACTS A). */
const BUDGET_MS = 4000;
/** Of the budget, the part in which calls may be tried; the rest is for keeping what they could not do. */
const CALLS_SHARE = 0.75;
const PLATFORM_MARGIN_MS = 500;
const SELF_TEST = "InstallerSelfTest";
const LONGEST_NONCE = 64;

/**
 * Makes the handler of HTTP notifications: it checks the request in the order of the contract, hands the
 * event to the dispatcher and turns the outcome into a status code.
 */
export function createCallback({ configFile, env, clock, write }: Surroundings) {
  let parsed: Config | undefined;

  return async (event: unknown, context: unknown): Promise<GatewayResponse> => {
    const start = clock.now();
    const log = createLog(write);
    const request = parseGatewayEvent(event);
    try {
      parsed ??= parseConfFile(configFile);
      const config = withEnvironment(parsed, env);
      const notification = admit(request, config, start);
      if (notification["EventType"] === SELF_TEST) return answerSelfTest(notification, env, log);
      return await act(notification, config, log, start, isJsonObject(context) ? context : {});
    } catch (error) {
      if (error instanceof Refusal) return refuse(error, request, log);
      const reason = error instanceof Error ? error.message : String(error);
      log.last({ status: 500, reason, length: request.length, sourceAddress: request.sourceAddress });
      return respond(500, "The notification was not handled; the function's log says why.");
    }
  };

  async function act(
    notification: JsonObject,
    config: Config,
    log: Log,
    start: number,
    context: JsonObject,
  ): Promise<GatewayResponse> {
    const requestId = text(context["request_id"]) ?? "";
    const event = parseEvent(notification);
    const vod = createVod(() => clientConfig(config, env), clock);
    const until = start + CALLS_SHARE * budgetMs(context["time_limit_in_ms"]);
    const outcome = await dispatch(event, { config, log, vod, until });
    if (outcome.kind !== "done") logReplayRecord(notification, requestId, log);
    log.last({
      requestId,
      eventType: event.eventType,
      ...identityOf(event),
      outcome: outcome.kind,
      durationMs: clock.now() - start,
      ...(outcome.kind === "done" ? {} : { error: outcome.error }),
    });
    return answer(outcome);
  }
}

/** Everything that a request must be before an event is seen in it. */
function admit(request: HttpRequest, config: Config, nowMs: number): JsonObject {
  checkPath(request.path, config.pathToken);
  if (request.method !== "POST")
    throw new Refusal(405, "VOD sends notifications by POST; nothing else is taken.");
  if (request.length > MAX_BODY_BYTES) throw new Refusal(413, "The body is larger than 6 MB.");
  const notification = parseNotification(request.text());
  checkSign(notification, request.query, config.signKeys, nowMs);
  return notification;
}

function parseNotification(body: string): JsonObject {
  let value: unknown;
  try {
    value = parseJson(body);
  } catch {
    throw new Refusal(400, "The body is not JSON.");
  }
  if (!isJsonObject(value)) throw new Refusal(400, "The body is not a JSON object.");
  return value;
}

function budgetMs(timeLimitMs: unknown): number {
  if (typeof timeLimitMs !== "number" || !(timeLimitMs > 0)) return BUDGET_MS;
  return Math.min(BUDGET_MS, Math.max(0, timeLimitMs - PLATFORM_MARGIN_MS));
}

/** The installer asks whether the code that it has just deployed is the one that answers. */
function answerSelfTest({ Nonce }: JsonObject, env: Environment, log: Log): GatewayResponse {
  if (typeof Nonce !== "number" && !(typeof Nonce === "string" && Nonce.length <= LONGEST_NONCE)) {
    throw new Refusal(400, "Nonce must be a number or a short string.");
  }
  log.line("Self-test of the installer.");
  return respond(200, JSON.stringify({ Nonce, CodeDigest: env["CODE_DIGEST"] }), "application/json");
}

function answer(outcome: Outcome): GatewayResponse {
  switch (outcome.kind) {
    case "done":
      return respond(200, outcome.body ?? "{}", "application/json");
    case "park":
      return respond(400, outcome.error);
    case "retry":
      return respond(500, "The notification could not be handled now; it is kept in the function's log.");
  }
}

/** Nothing that an unknown sender wrote gets into the log. */
function refuse({ status, message }: Refusal, request: HttpRequest, log: Log): GatewayResponse {
  log.last({ status, reason: message, length: request.length, sourceAddress: request.sourceAddress });
  return respond(status, message, "text/plain", status === 405 ? { Allow: "POST" } : {});
}
