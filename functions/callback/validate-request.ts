import type { Config } from "../../lib/config";
import { checkPath, checkSign } from "../../lib/http/authenticate";
import type { HttpRequest } from "../../lib/http/gateway";
import { Refusal } from "../../lib/http/refusal";
import { isJsonObject, type JsonObject, parseJson } from "../../lib/json";

const MAX_BODY_BYTES = 6 * 1024 * 1024;

/**
 * Checks everything that a request must be before an event is seen in it, in the order of
 * docs/reference.md#order-of-checks.
 * @returns the notification
 * @throws {Refusal} with the status to answer
 */
export function validateRequest(request: HttpRequest, config: Config, nowMs: number): JsonObject {
  checkPath(request.path, config.pathToken);
  if (request.method !== "POST")
    throw new Refusal(405, "VOD sends notifications by POST; nothing else is taken.");
  if (request.length > MAX_BODY_BYTES) throw new Refusal(413, "The body is larger than 6 MB.");
  const notification = parseNotification(request.text());
  checkSign(notification, request.query(), config.signKeys, nowMs);
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
