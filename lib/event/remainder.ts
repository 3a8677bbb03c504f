import { isJsonObject, type JsonObject } from "../json";
import type { Remainder, Step } from "../outcome";
import { integer } from "./untrusted";

/** The member of a handed over or recorded notification with the work that is left. VOD never sends it. */
export const ENVELOPE = "VodReceiver";

const STEPS: Readonly<Record<Step, true>> = { handler: true, custom: true };

/** A notification and the work that is left for it. */
export function withRemainder(notification: JsonObject, { pending, work }: Remainder): JsonObject {
  if (!pending && !work) return notification;
  return { ...notification, [ENVELOPE]: { ...(pending && { pending }), ...(work && { work }) } };
}

/**
 * Splits a handed over or recorded notification. Without a readable remainder, everything is left to do.
 */
export function splitRemainder(notification: JsonObject): { event: JsonObject; remainder: Remainder } {
  const { [ENVELOPE]: envelope, ...event } = notification;
  if (!isJsonObject(envelope)) return { event, remainder: {} };
  const { pending, work } = envelope;
  const definitions =
    isJsonObject(work) && Array.isArray(work["definitions"]) ? work["definitions"] : undefined;
  return {
    event,
    remainder: {
      ...(Array.isArray(pending) && { pending: pending.filter(isStep) }),
      ...(definitions?.every((id: unknown) => integer(id) !== undefined) && { work: { definitions } }),
    },
  };
}

function isStep(name: unknown): name is Step {
  return typeof name === "string" && Object.hasOwn(STEPS, name);
}
