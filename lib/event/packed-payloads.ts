import type { PartSpec, PayloadSpec } from "./payload-fields";
import type { Kind } from "./task-kinds";

// The table of payloads as the bundles have it: text that `scripts/build/pack-payloads.ts` writes, a line for each
// event type. A row is read when an event of its type comes.

/** What stands often in the text, by the one character that it is written with. */
export const SHORT: readonly (readonly [character: string, text: string])[] = [
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
];

/** A table that reads each of its rows at its first use. */
export function unpackPayloads(text: string): Readonly<Record<string, PayloadSpec>> {
  let lines: Map<string, string> | undefined;
  const rows = new Map<string, PayloadSpec>();
  return new Proxy<Record<string, PayloadSpec>>(
    {},
    {
      get(_target, eventType: string) {
        lines ??= linesOf(text);
        const row = rows.get(eventType) ?? unpackRow(lines.get(eventType) ?? "");
        rows.set(eventType, row);
        return row;
      },
    },
  );
}

function linesOf(packed: string): Map<string, string> {
  const text = SHORT.reduce((longer, [character, part]) => longer.replaceAll(character, part), packed);
  return new Map(text.split("\n").map((line) => [line.slice(0, line.indexOf("\t")), line]));
}

function unpackRow(line: string): PayloadSpec {
  const [eventType = "", title, part = "", items, sets] = line.split("\t");
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
