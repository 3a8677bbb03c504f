import { ENVELOPE } from "../../lib/event/remainder";
import { isJsonObject, type JsonObject } from "../../lib/json";
import { logSettlement } from "../../lib/log/event-record";
import type { Log } from "../../lib/log/log";

/** The ids of records in one request. */
const MAX_IDS = 100;

/**
 * An order of the account's own commands (docs/reference.md#administration): the envelope alone, with an `action`. Only
 * an invocation with the account's key can have it; `callback` rejects every envelope.
 */
export function readAction(notification: JsonObject): JsonObject | undefined {
  const { [ENVELOPE]: action, ...rest } = notification;
  return isJsonObject(action) && "action" in action && Object.keys(rest).length === 0 ? action : undefined;
}

/** Carries out an action; the answer has no secret and nothing of an event. */
export function administer({ action, ids }: JsonObject, requestId: string, log: Log): JsonObject {
  const isId = (id: unknown): id is string => typeof id === "string" && /^[0-9a-f]{32}$/.test(id);
  if (action !== "settle") return { error: "The action is unknown." };
  if (!Array.isArray(ids) || ids.length > MAX_IDS || !ids.every(isId))
    return { error: `ids must be at most ${MAX_IDS} ids of records.` };
  for (const id of ids) logSettlement(id, requestId, log);
  return { settled: ids.length };
}
