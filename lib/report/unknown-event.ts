import type { UnknownEvent } from "../event/event";
import { isJsonObject } from "../json";
import { type Field, formatValue, URLS } from "./fields";
import type { Part } from "./parts";

/** What an unknown payload is searched for, by the end of a member's name. */
const LABELS = /(?:FileId|TaskId|Status|State|ErrCode|ErrCodeExt|Message|Url)(?:s|Set)?$/i;
/** Of names that a notification chose, only those that look like Tencent's can be labels. */
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,60}$/;
const MAX_FIELDS = 25_000;
const MAX_DEPTH = 64;

/** Finds every FileId, TaskId, status, error and URL in the payload of an event whose type the tables lack. */
export function findInUnknown({ eventType, payload }: UnknownEvent): Part {
  const fields: Field[] = [];
  collect("", payload, 0, fields);
  return {
    title: "",
    head: [{ label: "Received an event of unknown type", value: eventType }],
    error: [],
    groups: [{ fields, source: payload }],
    source: payload,
  };
}

function collect(name: string, value: unknown, depth: number, fields: Field[]): void {
  if (fields.length >= MAX_FIELDS || depth > MAX_DEPTH) return;
  if (Array.isArray(value)) {
    for (const item of value) collect(name, item, depth + 1, fields);
  } else if (isJsonObject(value)) {
    for (const member in value) collect(member, value[member], depth + 1, fields);
  } else if (LABELS.test(name) && NAME.test(name)) {
    const formatted = formatValue(/ids?$|idset$/i.test(name) ? "Id" : name, value);
    if (formatted !== undefined) fields.push({ label: name, value: formatted, isOutput: true });
  } else if (typeof value === "string") {
    for (const url of value.match(URLS) ?? []) fields.push({ label: "Url", value: url, isOutput: true });
  }
}
