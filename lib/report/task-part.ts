import { identifier } from "../event/identifiers";
import type { Kind } from "../event/task-kinds";
import { type ErrorKey, stateOf } from "../event/task-state";
import { integer, text } from "../event/untrusted";
import { isJsonObject, type JsonObject } from "../json";
import { errorFields, type Field, type FieldGroup, fieldGroups } from "./fields";
import type { Part } from "./parts";

/** What every task of a result set has, or leaves out (docs/tencent-protocols.md#task-states-and-error-codes). */
const ERROR: readonly ErrorKey[] = ["ErrCode", "ErrCodeExt", "Message"];

/**
 * Reads one item of a task flow's result set: `Transcode succeeded. FileId: …, Definition: …, Url: …`, or
 * `Transcode failed. …` with the error.
 * @param set the name of the result set, which leads the type unless it is media processing's
 * @param kinds what the items of that set are, by member
 * @param fileId the file that was processed
 */
export function taskPart(
  item: JsonObject,
  set: string,
  kinds: { readonly [key: string]: Kind },
  fileId: unknown,
): Part {
  const file: Field = { label: "FileId", value: identifier(fileId) ?? "none" };
  const key = memberOf(kinds, item["Type"]);
  const kind = key === undefined ? undefined : kinds[key];
  // A line never begins with a text of the notification, so that it can't look like another one.
  if (key === undefined || kind === undefined) {
    const type = text(item["Type"])?.slice(0, 100) ?? "none";
    return partOf("A result of unknown type", undefined, [file, { label: "Type", value: type }]);
  }
  const title = `${set === "MediaProcessResultSet" ? "" : `${set.replace("ResultSet", "")} `}${kind.type}`;
  const task = item[key];
  if (!isJsonObject(task)) return partOf(`${title}: there is no result`, undefined, [file]);
  const state = hasSign(task) ? stateOf(task["Status"], task) : "is of no status";
  const definition = definitionOf(task);
  const head = definition === undefined ? [file] : [file, { label: "Definition", value: String(definition) }];
  const error = state === "failed" ? errorFields(task, ERROR) : [];
  const groups = fieldGroups(task, kind.fields);
  if (kind.olderFields) groups.push(...fieldGroups(task, kind.olderFields));
  return partOf(title, state, head, error, groups, task);
}

/** Without any of these, nothing reports that a task has even begun. */
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

function partOf(
  title: string,
  state: string | undefined,
  head: readonly Field[],
  error: readonly Field[] = [],
  groups: readonly FieldGroup[] = [],
  source?: unknown,
): Part {
  return { title, state, head, error, groups, source, isItem: true };
}
