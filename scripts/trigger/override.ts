import { UsageError } from "../../lib/errors";
import { isJsonObject, type JsonObject } from "../../lib/json";
import { nearest } from "../terminal/nearest";
import { eventContent, resolve, type Schema } from "./schema";

/** A member's name or a place in a list. */
type Step = string | number;

const PATH = /^\w+(\[\d+\])*(\.\w+(\[\d+\])*)*$/;

/**
 * Sets one value of a notification.
 * @param assignment `FileUploadEvent.FileId=5285890799710670616`; the value is JSON if that has the place's type (or is
 *   null), else a text
 * @throws {UsageError} if the SDK's types do not have the path (the message has the nearest), or a list has no such item
 */
export function override(notification: JsonObject, assignment: string): JsonObject {
  const sign = assignment.indexOf("=");
  const path = assignment.slice(0, Math.max(sign, 0));
  if (!PATH.test(path)) {
    throw new UsageError(
      `--override must be path=value, such as FileUploadEvent.FileId=5285890799710670616.`,
    );
  }
  const steps = [...path.matchAll(/\[(\d+)\]|\w+/g)].map(([part, index]) =>
    index === undefined ? part : Number(index),
  );
  const result = put(notification, eventContent(), steps, assignment.slice(sign + 1), "");
  return isJsonObject(result) ? result : notification;
}

function put(now: unknown, reference: Schema, steps: readonly Step[], value: string, path: string): unknown {
  const { schema } = resolve(reference);
  const [step, ...rest] = steps;
  if (step === undefined) return readValue(value, schema.type);
  if (typeof step === "number") {
    if (!schema.items) throw new UsageError(`${path} is not a list, so it takes no index.`);
    const items: unknown[] = Array.isArray(now) ? [...now] : [];
    if (step > items.length)
      throw new UsageError(`${path}[${step}] does not exist. The next index is [${items.length}].`);
    items[step] = put(items[step], schema.items, rest, value, `${path}[${step}]`);
    return items;
  }
  if (schema.type === "array")
    throw new UsageError(`${path} is a list. Set one of its items, such as ${path}[0].`);
  const { properties = {} } = schema;
  const member = Object.hasOwn(properties, step) ? properties[step] : undefined;
  if (!member) throw new UsageError(noMember(path, step, Object.keys(properties)));
  const next = put(
    isJsonObject(now) ? now[step] : undefined,
    member,
    rest,
    value,
    path ? `${path}.${step}` : step,
  );
  return { ...(isJsonObject(now) ? now : {}), [step]: next };
}

function noMember(path: string, step: string, names: readonly string[]): string {
  const what = path || "A notification";
  if (names.length === 0) return `${what} has no members.`;
  return `${what} has no ${step}. The nearest: ${nearest(step, names).join(", ")}.`;
}

/** A number that would lose digits is a text, as a FileId is. */
function readValue(text: string, type: string | undefined): unknown {
  const value = parse(text);
  switch (type) {
    case "string":
      return typeof value === "string" ? value : text;
    case "integer":
    case "number":
      if (typeof value === "number" && (!Number.isInteger(value) || Number.isSafeInteger(value)))
        return value;
      break;
    case "boolean":
      if (typeof value === "boolean") return value;
      break;
    case "array":
      if (Array.isArray(value)) return value;
      break;
    case "object":
      if (isJsonObject(value)) return value;
      break;
  }
  return value === null ? null : text;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
