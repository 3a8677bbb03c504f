import fc from "fast-check";
import type { JsonObject } from "../../lib/json";
import { ALL_SHAPES } from "./notifications";

/** Text with all that makes trouble: any plane, control characters, halves of surrogate pairs, long runs. */
export function nastyText(maxLength = 50): fc.Arbitrary<string> {
  const unit = fc.oneof(
    fc.string({ unit: "binary", maxLength: 1 }),
    fc.constantFrom(
      "\u0000",
      "\n",
      "\r",
      "\u001b[2J",
      "\u007f",
      "\u2028",
      "\u202e",
      "\ud800",
      "\udc00",
      '"',
      "\\",
    ),
    fc.constantFrom("🎬", "视", "é", ", ", "Url: ", "{}", "/"),
  );
  return fc.string({ unit, maxLength, size: "max" });
}

/** Values that a JSON text can have and that code is wont to trip over. */
const nastyValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  nastyText(),
  fc.constantFrom<unknown>(null, "", 0, -1, 1e308, 2 ** 53, [], {}, [[]], [null], [{}], true, "__proto__"),
  fc.constant(JSON.parse('{"__proto__":{"EventType":"NewFileUpload"},"constructor":null,"toString":5}')),
);

/** A JSON object with any member, `__proto__` too. */
export const jsonObject: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.oneof(
    nastyText(8),
    fc.constantFrom("EventType", "Sign", "T", "FileUploadEvent", "__proto__", "constructor"),
  ),
  nastyValue,
  { noNullPrototype: true },
);

export const anyJson: fc.Arbitrary<unknown> = fc.oneof(fc.jsonValue(), jsonObject, nastyValue);

type Path = readonly string[];

/** Where an object's members are, at every depth. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, member]) => pathsOf(member, [...path, name]))];
}

/** A copy with another value at a path; `undefined` takes the member out. */
function withValueAt(value: unknown, [name, ...rest]: Path, replacement: unknown): unknown {
  if (name === undefined) return replacement;
  if (Array.isArray(value)) {
    return value.map((member, index) =>
      String(index) === name ? withValueAt(member, rest, replacement) : member,
    );
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === name ? withValueAt(member, rest, replacement) : member,
    ]),
  );
}

/** Notifications with a few of their members changed or taken out. */
export function mutated(notifications: readonly JsonObject[]): fc.Arbitrary<unknown> {
  const change = fc.tuple(fc.nat(), fc.oneof(nastyValue, fc.constant(undefined)));
  return fc
    .tuple(fc.constantFrom(...notifications), fc.array(change, { maxLength: 4 }))
    .map(([notification, changes]) =>
      changes.reduce<unknown>((value, [number, replacement]) => {
        const paths = pathsOf(value);
        return withValueAt(value, paths[number % paths.length] ?? [], replacement);
      }, notification),
    );
}

/** Notifications of every shape, changed. */
export const mutatedNotification = mutated(ALL_SHAPES);

/** The text of a notification with a piece cut out or another put in. */
export const mutatedText: fc.Arbitrary<string> = fc
  .tuple(mutatedNotification, fc.nat(), fc.nat(20), nastyText(10))
  .map(([notification, place, cut, inserted]) => {
    const text = JSON.stringify(notification) ?? "";
    const at = place % (text.length + 1);
    return text.slice(0, at) + inserted + text.slice(at + cut);
  });
