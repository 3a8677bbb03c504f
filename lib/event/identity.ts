import type { JsonObject } from "../json";
import type { VodEvent } from "./event";
import { correlationId, identifier } from "./identifiers";
import { objectsOf, valuesAt } from "./paths";
import { type PayloadSpec, payloadSpec } from "./payload-fields";

/** The subject of an event, for the last line of its log. */
export interface Identity {
  readonly fileId?: string | undefined;
  /** What a new file was made from. */
  readonly sourceFileId?: string | undefined;
  readonly taskId?: string | undefined;
  readonly correlationId?: string | undefined;
}

/**
 * The file and the task of an event, and the id that ties it to the request that started the task. If a task made
 * several files it is the first one; if it made none, the source file.
 */
export function identityOf(event: VodEvent): Identity {
  if (!event.known) return {};
  const payload: JsonObject = event.payload;
  const form = payloadSpec(event.eventType);
  const sourceFileId = first("SourceFileId", payload, form);
  return {
    fileId: first("FileId", payload, form) ?? sourceFileId,
    sourceFileId,
    taskId: first("TaskId", payload, form),
    correlationId: correlationId(payload["SessionContext"]),
  };
}

/** The payload's own value for a label, else that of the first item that has one. */
function first(label: string, payload: JsonObject, { fields, items }: PayloadSpec): string | undefined {
  const id = idAt(payload, fields[label]);
  if (id !== undefined || !items?.fields[label]) return id;
  for (const item of objectsOf(payload[items.at])) {
    const id = idAt(item, items.fields[label]);
    if (id !== undefined) return id;
  }
  return undefined;
}

function idAt(part: JsonObject, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  for (const value of valuesAt(part, path)) {
    const id = identifier(value);
    if (id !== undefined) return id;
  }
  return undefined;
}
