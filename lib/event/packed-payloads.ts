import type { PartSpec, PayloadSpec } from "./payload-fields";
import type { Kind } from "./task-kinds";

// The table of payloads as the bundles have it: text that `scripts/build/pack-payloads.ts` writes, a line for each
// event type, with line ends around it. A row is read when an event of its type comes.

/** What stands often in the text, by the one character that it is written with. */
export const SHORT: readonly (readonly [character: string, text: string])[] = [
  ["}", "Output.Suggestion,Output.SegmentSetFileUrl"],
  ["(", "MediaBasicInfo."],
  ["^", "Output."],
  ["?", "Complete"],
  ["~", "TaskId"],
  [")", "Watermark"],
  ["<", "ResultSet"],
  [">", "Recognition"],
  ["$", "ErrCode"],
  ["&", "Message"],
  ["#", "Status"],
  ["@", "FileId"],
  ["!", "Segment"],
  ["%", "FileInfo"],
  ["*", "Url"],
  ["{", "Set[]."],
];

/** Makes `payloadSpec` of a packed table; it reads each row at its first use. */
export function unpackPayloads(packed: string): (eventType: string) => PayloadSpec | undefined {
  const rows = new Map<string, PayloadSpec | undefined>();
  return (eventType) => {
    if (!rows.has(eventType)) rows.set(eventType, findRow(packed, eventType));
    return rows.get(eventType);
  };
}

function findRow(packed: string, eventType: string): PayloadSpec | undefined {
  const name = `\n${eventType}\t`;
  const at = packed.indexOf(name);
  if (at === -1) return undefined;
  const start = at + name.length;
  const row = packed.slice(start, packed.indexOf("\n", start));
  return unpackRow(
    eventType,
    SHORT.reduce((longer, [character, part]) => longer.replaceAll(character, part), row),
  );
}

function unpackRow(eventType: string, row: string): PayloadSpec {
  const [title, part = "", items, sets] = row.split("\t");
  const [at = "", itemPart = ""] = (items ?? "").split("|");
  return {
    title: title || titleOf(eventType),
    ...unpackPart(part),
    ...(items && { items: { at, ...unpackPart(itemPart) } }),
    ...(sets && {
      sets: Object.fromEntries(
        sets.split("|").map((set) => {
          const [name = "", ...kinds] = set.split(";");
          return [name, Object.fromEntries(kinds.map(unpackKind))];
        }),
      ),
    }),
  };
}

function unpackPart(text: string): PartSpec {
  const [fields = "", state, error, verdict] = text.split(";");
  const [at = "", good = ""] = (verdict ?? "").split("=");
  return {
    ...(state && { state }),
    ...(error && { error: error.split(",") as NonNullable<PartSpec["error"]> }),
    ...(verdict && { verdict: { at, good } }),
    fields: unpackFields(fields),
  };
}

function unpackKind(text: string): [string, Kind] {
  const [key = "", type, fields = "", older] = text.split(":");
  return [
    key,
    {
      type: type || key.replace(/Task$/, ""),
      fields: unpackFields(fields),
      ...(older && { olderFields: unpackFields(older) }),
    },
  ];
}

/** Labels are written only where they differ from the last name of the path. */
function unpackFields(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(",").map((field) => {
      const [label = "", path] = field.split("=");
      return path === undefined ? [labelOf(label), label] : [label, path];
    }),
  );
}

/** What the lines of most types begin with. */
export function titleOf(eventType: string): string {
  return eventType.replace(/Complete(Event)?$/, "");
}

/** The last name of a path. */
export function labelOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1).replace("[]", "");
}
