import { correlationId } from "./correlation";
import type { VodEvent } from "./event";
import { identifier } from "./identifier";
import type { JsonObject } from "./json";
import { objectsOf, valuesAt } from "./paths";
import { FORMS, type Form } from "./payload-forms";

/** What an event is about, for the last line of its log. */
interface Identity {
  readonly fileId?: string;
  readonly taskId?: string;
  readonly correlationId?: string;
}

/**
 * The file and the task that an event is about, and what ties it to the request that started the task. Where
 * a task makes several files it is the first; where it made none, the one that it was to be made from.
 */
export function identityOf(event: VodEvent): Identity {
  if (!event.known) return {};
  const payload: JsonObject = event.payload;
  const { tells, items }: Form = FORMS[event.eventType];
  const first = (label: string) => {
    const parts: [JsonObject, string | undefined][] = [[payload, tells[label]]];
    if (items) for (const item of objectsOf(payload[items.at])) parts.push([item, items.tells[label]]);
    for (const [part, path] of parts) {
      const id = path && valuesAt(part, path).map(identifier).find(isSaid);
      if (id) return id;
    }
    return undefined;
  };
  const fileId = first("FileId") ?? first("SourceFileId");
  const taskId = first("TaskId");
  const correlation = correlationId(payload["SessionContext"]);
  return {
    ...(fileId && { fileId }),
    ...(taskId && { taskId }),
    ...(correlation && { correlationId: correlation }),
  };
}

function isSaid(id: string | undefined): boolean {
  return id !== undefined;
}
