import type { EventOf, KnownEvent, VodEvent } from "../event/event";
import { objectsOf, valuesAt } from "../event/paths";
import { type PartSpec, type PayloadSpec, payloadSpec } from "../event/payload-fields";
import { hasNotEnded, stateOf } from "../event/task-state";
import { text } from "../event/untrusted";
import { isJsonObject, type JsonObject } from "../json";
import { type DeletedPart, readDeletion } from "./deletion";
import { errorFields, type Field, type FieldGroup, fieldGroups, headFields } from "./fields";
import { taskPart } from "./task-part";
import { findInUnknown } from "./unknown-event";

/** What an event reports of itself, or of one item that succeeds or fails by itself. */
export interface Part {
  /** What its lines begin with, such as `Transcode`; "" if they begin with the head. */
  readonly title: string;
  /** Such as `succeeded`, `failed` or `is processing`; absent if nothing reports a state. */
  readonly state?: string | undefined;
  readonly head: readonly Field[];
  /** Empty unless it failed. */
  readonly error: readonly Field[];
  readonly groups: readonly FieldGroup[];
  /** What it was read from. */
  readonly source: unknown;
  /** Whether it is one of a task's items, and not the task. */
  readonly isItem?: boolean;
}

/** All that an event reports, from the tables: what log lines and the event report are made of. */
export interface Parts {
  readonly parts: readonly Part[];
  /** Whether the task goes on, so that its items come again. */
  readonly isUnfinished: boolean;
  /** Whether items were left out because there are too many. */
  readonly isCut: boolean;
  /** The files of a deletion, by FileId. */
  readonly deletion?: ReadonlyMap<string, readonly DeletedPart[]>;
}

/** A request's log has lines for fewer, and what is made of each takes memory. */
export const MAX_ITEMS = 25_000;

/** Reads an event by its row of the tables. */
export function readParts(event: VodEvent): Parts {
  if (!event.known) return { parts: [findInUnknown(event)], isUnfinished: false, isCut: false };
  if (event.eventType === "FileDeleted") return deletionParts(event);
  return payloadParts(event);
}

function payloadParts({ eventType, payload }: KnownEvent): Parts {
  const spec = payloadSpec(eventType);
  const { title, items, sets, fields } = spec;
  const head = headFields(payload, fields);
  const hasState = spec.state !== undefined || spec.error !== undefined;
  if (!hasState && !items) {
    return whole([{ title, head, error: [], groups: fieldGroups(payload, fields), source: payload }]);
  }
  // That a task with items of its own has ended reports nothing of their success.
  const state = hasState ? partState(spec, payload, items || sets ? "finished" : "succeeded") : undefined;
  const found = [...itemParts(spec, payload, head), ...setParts(spec, payload)];
  const isCut = found.length > MAX_ITEMS;
  const results = isCut ? found.slice(0, MAX_ITEMS) : found;
  const own = state === undefined ? [] : [partOf(spec, payload, title, state, head)];
  if (own.length + results.length === 0)
    own.push({ title: `${title}: there is no result`, head, error: [], groups: [], source: payload });
  return { parts: [...own, ...results], isUnfinished: hasNotEnded(state), isCut };
}

function whole(parts: readonly Part[]): Parts {
  return { parts, isUnfinished: false, isCut: false };
}

function itemParts({ title, items }: PayloadSpec, payload: JsonObject, head: readonly Field[]): Part[] {
  if (!items) return [];
  return objectsOf(payload[items.at])
    .slice(0, MAX_ITEMS + 1)
    .map((item) => ({
      ...partOf(items, item, title, partState(items, item, "succeeded"), [
        ...head,
        ...headFields(item, items.fields, true),
      ]),
      isItem: true,
    }));
}

function setParts({ sets = {} }: PayloadSpec, payload: JsonObject): Part[] {
  const parts: Part[] = [];
  for (const set in sets) {
    const items: unknown = payload[set];
    if (!Array.isArray(items)) continue;
    for (const item of items) {
      if (item === null) continue;
      if (parts.length > MAX_ITEMS) return parts;
      parts.push(taskPart(isJsonObject(item) ? item : {}, set, sets[set] ?? {}, payload["FileId"]));
    }
  }
  return parts;
}

/** @param ended the state of a task that has ended without an error */
function partState({ state, error, verdict }: PartSpec, part: JsonObject, ended: string): string {
  const status = text(state && valuesAt(part, state)[0]);
  // Success needs a sign, and the end of a task flow needs its own word.
  const hasCode = error?.some((key) => key !== "Message" && (part[key] ?? undefined) !== undefined);
  if (!status && !(hasCode && ended === "succeeded")) return "is of no status";
  const word = stateOf(status, part, ended);
  const judged = verdict && text(valuesAt(part, verdict.at)[0]);
  return word === ended && judged && judged !== verdict.good ? "failed" : word;
}

function partOf(
  { error = [], fields }: PartSpec,
  part: JsonObject,
  title: string,
  state: string,
  head: readonly Field[],
): Part {
  return {
    title,
    state,
    head,
    error: state === "failed" ? errorFields(part, error) : [],
    groups: fieldGroups(part, fields),
    source: part,
  };
}

/** A part for each file, with what was deleted of it: `Part: TranscodeFiles (100010)`. */
function deletionParts(event: EventOf<"FileDeleted">): Parts {
  const deletion = readDeletion(event);
  const parts = [...deletion].map(([fileId, deleted]) => filePart(fileId, deleted));
  return { ...whole(parts.length > 0 ? parts : [filePart("none", [])]), deletion };
}

function filePart(fileId: string, deleted: readonly DeletedPart[]): Part {
  const fields = deleted.map(({ type, definition }) => ({
    label: "Part",
    value: `${type}${definition === undefined ? "" : ` (${definition})`}`,
  }));
  return {
    title: "FileDeleted",
    head: [{ label: "FileId", value: fileId }],
    error: [],
    groups: [{ fields, source: undefined }],
    source: undefined,
  };
}
