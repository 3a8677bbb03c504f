import { identifier } from "../event/identifiers";
import type { Kind } from "../event/task-kinds";
import { type ErrorKey, stateOf } from "../event/task-state";
import { integer, text } from "../event/untrusted";
import { isJsonObject, type JsonObject } from "../json";
import type { Redact } from "../log/redact";
import type { Entry, Field } from "./report";
import { errorFields, restFields } from "./tell";

/**
 * What every task of a result set has, or leaves out (docs/tencent-protocols.md#task-states-and-error-codes).
 */
const ERROR: readonly ErrorKey[] = ["ErrCode", "ErrCodeExt", "Message"];

/**
 * Reads one item of a task flow's result set: `Transcode succeeded. FileId: …, Definition: …, Url: …`, or
 * `Transcode failed. …` with the error.
 * @param set the name of the result set, which leads the type but for media processing's
 * @param kinds what the items of that set are, by member
 * @param fileId the file that was processed
 * @param clean redacts a value
 */
export function taskResult(
  item: JsonObject,
  set: string,
  kinds: { readonly [key: string]: Kind },
  fileId: unknown,
  clean: Redact,
): Entry {
  const file = `FileId: ${clean(identifier(fileId) ?? "none")}`;
  const key = memberOf(kinds, item["Type"]);
  const kind = key === undefined ? undefined : kinds[key];
  // A line never begins with what the notification says, so that it can't look like another one.
  if (key === undefined || kind === undefined) {
    const type = clean(text(item["Type"]) ?? "none").slice(0, 100);
    return entry(`A result of unknown type. ${file}, Type: ${type}`);
  }
  const title = `${set === "MediaProcessResultSet" ? "" : `${set.replace("ResultSet", "")} `}${kind.type}`;
  const task = item[key];
  if (!isJsonObject(task)) return entry(`${title}: there is no result. ${file}`);
  const state = hasSign(task) ? stateOf(task["Status"], task) : "is of no status";
  const definition = definitionOf(task);
  return entry(
    `${title} ${state}. ${file}${definition ? `, Definition: ${definition}` : ""}`,
    [...(state === "failed" ? errorFields(task, ERROR, clean) : []), ...restFields(task, kind.fields, clean)],
    state === "failed",
  );
}

/** Without any of these, nothing says that a task has even begun. */
function hasSign({ Status, ErrCode, ErrCodeExt, Output }: JsonObject): boolean {
  return (Status ?? ErrCode ?? ErrCodeExt ?? Output ?? undefined) !== undefined;
}

function memberOf(kinds: { readonly [key: string]: Kind }, type: unknown): string | undefined {
  for (const member in kinds) if (kinds[member]?.type === type) return member;
  return undefined;
}

/** Older notifications have the template only in the input, or 0 in the output. */
function definitionOf({ Input, Output }: JsonObject): number | undefined {
  return [Input, Output]
    .map((part) => integer(isJsonObject(part) ? part["Definition"] : undefined))
    .find((definition) => definition !== undefined && definition > 0);
}

function entry(head: string, fields: readonly Field[] = [], failed = false): Entry {
  return { head, failed, fields };
}
