import { type EventType, PAYLOAD_KEYS } from "../../lib/event/event";
import type { JsonObject } from "../../lib/json";
import { failed } from "./failure";
import { eventContent, resolve, type Schema } from "./schema";
import { kindName, kindsOf } from "./union";
import { exampleNumber, exampleText, type Place } from "./values";

/** Lists in which one item would hide that more can come; every other list has one. */
const LISTS_OF_TWO =
  /^(\w+UrlSet|(PicInfo|PlayInfo|SnapshotInfo|FileId|FileInfo|Segment|ComplexAdaptiveDynamicStreamingTaskResult|SubTask)Set|FileInfos|FileDeleteResultInfo|OutputFiles|ProcedureTaskIds|InfoList)$/;

/**
 * Makes a complete example of an event from the SDK's types: every member of the payload has a value of its
 * type, and the other payloads are there with null, as on the wire (docs/tencent-protocols.md#null-members).
 * The same type always gives the same example, and no two places share a FileId, a TaskId or a URL.
 * @param fail makes the task a failed one; without effect if the type can't report a failure
 */
export function makeExample(eventType: EventType, { fail = false } = {}): JsonObject {
  const key = PAYLOAD_KEYS[eventType];
  const { [key]: schema, EventHandle: _handle, ...others } = eventContent().properties ?? {};
  if (!schema)
    throw new Error(
      `The SDK's EventContent does not have ${key}. Run npm ci to install the SDK of package-lock.json.`,
    );
  const payload = build(schema, { path: key, name: key, typeName: "EventContent" }, []);
  const nulls = Object.keys(others).map((name) => [name, null]);
  return {
    ...Object.fromEntries(nulls),
    EventType: eventType,
    [key]: fail ? failed(payload, key) : payload,
  };
}

/** Whether the type can report a failure. */
export function canFail(eventType: EventType): boolean {
  const text = (fail: boolean) => JSON.stringify(makeExample(eventType, { fail }));
  return text(true) !== text(false);
}

/** @param open the types around the place: one within itself would never end, and is null instead */
function build(reference: Schema, place: Place, open: readonly string[]): unknown {
  const { schema, typeName } = resolve(reference);
  if (typeName !== undefined && open.includes(typeName)) return null;
  const within = typeName === undefined ? open : [...open, typeName];
  switch (schema.type) {
    case "object":
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, member]) => [
          name,
          build(
            member,
            { path: `${place.path}.${name}`, name, typeName: typeName ?? place.typeName },
            within,
          ),
        ]),
      );
    case "array":
      return buildList(schema.items ?? {}, place, within);
    case "string":
      return exampleText(place);
    case "boolean":
      return true;
    case "integer":
    case "number":
      return exampleNumber(place, schema.type);
    default:
      return null;
  }
}

function buildList(items: Schema, place: Place, open: readonly string[]): unknown[] {
  const at = (index: number): Place => ({ ...place, path: `${place.path}[${index}]` });
  const { schema, typeName = "" } = resolve(items);
  const kinds = kindsOf(schema);
  if (kinds.length === 0) {
    return Array.from({ length: LISTS_OF_TWO.test(place.name) ? 2 : 1 }, (_, index) =>
      build(items, at(index), open),
    );
  }
  return kinds.map(([name, member], index) => ({
    Type: kindName(typeName, name),
    ...Object.fromEntries(kinds.map(([other]) => [other, null])),
    [name]: build(member, { path: `${at(index).path}.${name}`, name, typeName }, [...open, typeName]),
  }));
}
