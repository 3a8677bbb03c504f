import type { Config } from "../../lib/config";
import { checkPath, checkSign } from "../../lib/http/authenticate";
import { type GatewayResponse, type HttpRequest, respond } from "../../lib/http/gateway";
import { Refusal } from "../../lib/http/refusal";
import { isJsonObject, type JsonObject, parseJson } from "../../lib/json";
import { logRejection } from "../../lib/log/event-record";
import type { Log } from "../../lib/log/log";

export const MAX_BODY_BYTES = 6 * 1024 * 1024;

/**
 * Checks what is known about a request before its body is read: path, method and length, in this order.
 * @param length of the body, in bytes
 * @throws {Refusal} with the status to answer
 */
export function checkHead({ path, method, length }: RequestHead, { pathToken }: Config): void {
  checkPath(path, pathToken);
  if (method !== "POST") throw new Refusal(405, "Only POST is accepted.");
  if (length > MAX_BODY_BYTES) throw new Refusal(413, "The body is larger than 6 MB.");
}

type RequestHead = Pick<HttpRequest, "path" | "method" | "length">;

/**
 * Checks a request before its event is parsed, in the order of docs/reference.md#order-of-checks.
 * @returns the notification
 * @throws {Refusal} with the status to answer
 */
export function validateRequest(request: HttpRequest, config: Config, nowMs: number): JsonObject {
  checkHead(request, config);
  const notification = parseNotification(request.text());
  checkSign(notification, request.query(), config.signKeys, nowMs);
  return notification;
}

/** Logs a rejection and returns its answer. Nothing that an unknown sender wrote gets into the log. */
export function refuse(
  { status, message }: Refusal,
  { length, sourceAddress }: Pick<HttpRequest, "length" | "sourceAddress">,
  log: Log,
): GatewayResponse {
  logRejection({ status, reason: message, length, sourceAddress: sourceAddress() }, log);
  return respond(status, message, "text/plain", status === 405 ? { Allow: "POST" } : {});
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
