import type { Clock } from "../../lib/clock";
import type { Config } from "../../lib/config";
import { ENVELOPE } from "../../lib/event/remainder";
import { isJsonObject, type JsonObject } from "../../lib/json";
import { logSettlement } from "../../lib/log/event-record";
import type { Log } from "../../lib/log/log";
import { administerDatabase } from "../../lib/sinks/recording";

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

interface AdministrationContext {
  readonly config: () => Config;
  readonly requestId: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly deadlineMs: number;
}

/** Carries out an action; the answer has no secret and nothing of an event. */
export async function administer(
  { action, ids }: JsonObject,
  { config, requestId, log, clock, deadlineMs }: AdministrationContext,
): Promise<JsonObject> {
  if (action === "database-init" || action === "database-status") {
    try {
      return await administerDatabase(config(), action === "database-init", clock, deadlineMs);
    } catch (error) {
      return { error: log.clean(String(error instanceof Error ? error.message || error : error)) };
    }
  }
  if (action !== "settle") return { error: "The action is unknown." };
  if (!Array.isArray(ids) || ids.length > MAX_IDS || !ids.every(isId))
    return { error: `ids must be at most ${MAX_IDS} ids of records.` };
  for (const id of ids) logSettlement(id, requestId, log);
  return { settled: ids.length };
}

function isId(id: unknown): id is string {
  return typeof id === "string" && /^[0-9a-f]{32}$/.test(id);
}
