import type { KnownEvent } from "../event/event";
import { objectsOf, valuesAt } from "../event/paths";
import { PAYLOADS, type PartSpec, type PayloadSpec } from "../event/payload-fields";
import { stateOf } from "../event/task-state";
import { text } from "../event/untrusted";
import { isJsonObject, type JsonObject } from "../json";
import type { Log } from "../log/log";
import type { Redact } from "../log/redact";
import { type Entry, type Field, writeReport } from "./report";
import { taskResult } from "./task-result";
import { errorFields, headFields, restFields } from "./tell";

/** Whatever else a task flow says of itself, each of its tasks tells how it stands. */
const HAS_NOT_ENDED = /^is (processing|waiting)$/;

/** A request's log has lines for fewer, and what is made of each takes memory. */
const MAX_RESULTS = 25_000;
const TOO_MANY: Entry = {
  head: `There are more than ${MAX_RESULTS} results: the others are left out.`,
  failed: false,
  fields: [],
};

/**
 * Logs what an event tells, as its row of the table says: a line for the event, and one for each item that
 * succeeds or fails by itself. Items of a task that has not ended are left out: they come again.
 */
export function logPayload({ eventType, payload }: KnownEvent, log: Log): void {
  writeReport(entriesOf(PAYLOADS[eventType], payload, log.clean), log);
}

function entriesOf(form: PayloadSpec, payload: JsonObject, clean: Redact): Entry[] {
  const { title, items, sets, fields } = form;
  const ids = headFields(payload, fields, clean);
  const stateful = form.state !== undefined || form.error !== undefined;
  if (!stateful && !items) return [entry(title, ids, restFields(payload, fields, clean))];

  // That a task with results of its own has ended says nothing of their success.
  const state = stateful ? partState(form, payload, items || sets ? "finished" : "succeeded") : undefined;
  const results = HAS_NOT_ENDED.test(state ?? "")
    ? []
    : [...itemEntries(form, payload, ids, clean), ...setEntries(form, payload, clean)];
  if (state) return [partEntry(form, payload, title, state, ids, clean), ...results];
  return results.length > 0 ? results : [entry(`${title}: there is no result`, ids, [])];
}

function itemEntries(
  { title, items }: PayloadSpec,
  payload: JsonObject,
  ids: readonly string[],
  clean: Redact,
): Entry[] {
  if (!items) return [];
  const found = objectsOf(payload[items.at]);
  const entries = found.slice(0, MAX_RESULTS).map((item) => {
    const head = [...ids, ...headFields(item, items.fields, clean)];
    return partEntry(items, item, title, partState(items, item, "succeeded"), head, clean);
  });
  return found.length > entries.length ? [...entries, TOO_MANY] : entries;
}

function setEntries({ sets = {} }: PayloadSpec, payload: JsonObject, clean: Redact): Entry[] {
  const entries: Entry[] = [];
  for (const set in sets) {
    const items: unknown = payload[set];
    if (!Array.isArray(items)) continue;
    for (const item of items) {
      if (item === null) continue;
      if (entries.length === MAX_RESULTS) return [...entries, TOO_MANY];
      entries.push(
        taskResult(isJsonObject(item) ? item : {}, set, sets[set] ?? {}, payload["FileId"], clean),
      );
    }
  }
  return entries;
}

/** @param ended what to say of a task that has ended without an error */
function partState({ state, error, verdict }: PartSpec, part: JsonObject, ended: string): string {
  const status = text(state && valuesAt(part, state)[0]);
  // Success needs a sign; and that a task flow has ended, its own word.
  const hasCode = error?.some((key) => key !== "Message" && (part[key] ?? undefined) !== undefined);
  if (!status && !(hasCode && ended === "succeeded")) return "is of no status";
  const word = stateOf(status, part, ended);
  const judged = verdict && text(valuesAt(part, verdict.at)[0]);
  return word === ended && judged && judged !== verdict.good ? "failed" : word;
}

function partEntry(
  { error = [], fields: paths }: PartSpec,
  part: JsonObject,
  title: string,
  state: string,
  ids: readonly string[],
  clean: Redact,
): Entry {
  const failed = state === "failed";
  const fields = [...(failed ? errorFields(part, error, clean) : []), ...restFields(part, paths, clean)];
  return entry(`${title} ${state}`, ids, fields, failed);
}

/** A line needs something behind its first words; where there is no identity, the first of what is told. */
function entry(words: string, ids: readonly string[], fields: readonly Field[], failed = false): Entry {
  if (ids.length > 0) return { head: `${words}. ${ids.join(", ")}`, failed, fields };
  const [first, ...rest] = fields;
  return { head: first ? `${words}. ${first.text}` : `${words}.`, failed, fields: rest };
}
