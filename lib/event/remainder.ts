import { isJsonObject, type JsonObject } from "../json";
import type { Remainder, Step } from "../outcome";
import { integer } from "./untrusted";

/** The member of a handed over or recorded notification with the work that is left. VOD never sends it. */
export const ENVELOPE = "VodReceiver";

const STEPS: Readonly<Record<Step, true>> = { handler: true, database: true, custom: true, publisher: true };

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
  const { pending } = envelope;
  const work = readWork(envelope["work"]);
  return {
    event,
    remainder: {
      ...(Array.isArray(pending) && { pending: pending.filter(isStep) }),
      ...(work && { work }),
    },
  };
}

function readWork(value: unknown): Remainder["work"] {
  if (!isJsonObject(value)) return undefined;
  const { definitions, procedure, mediaProcessTask } = value;
  if (Array.isArray(definitions) && definitions.every((id: unknown) => integer(id) !== undefined))
    return { definitions };
  if (typeof procedure === "string" && procedure) return { procedure };
  return isJsonObject(mediaProcessTask) ? { mediaProcessTask } : undefined;
}

function isStep(name: unknown): name is Step {
  return typeof name === "string" && Object.hasOwn(STEPS, name);
}
