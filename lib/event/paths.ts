import { isJsonObject, type JsonObject } from "../json";

/**
 * Where a plain value stands in a `T`: names joined by dots, `[]` behind each list
 * (`FileInfoSet[].Output.FileId`). A name that the type does not have does not compile.
 */
export type Path<T> = {
  [Name in keyof T & string]-?: MemberPath<Name, NonNullable<T[Name]>>;
}[keyof T & string];

type MemberPath<Name extends string, Value> = Value extends readonly (infer Item)[]
  ? Item extends object
    ? `${Name}[].${Path<Item>}`
    : `${Name}[]`
  : Value extends object
    ? `${Name}.${Path<Value>}`
    : Name;

interface Step {
  readonly name: string;
  readonly isList: boolean;
}

/** The values at a path; none if a step is missing, null or of another type. */
export function valuesAt(value: unknown, path: string): unknown[] {
  const values: unknown[] = [];
  collect(value, stepsOf(path), 0, values);
  return values;
}

function collect(value: unknown, steps: readonly Step[], taken: number, into: unknown[]): void {
  const step = steps[taken];
  if (!step) {
    into.push(value);
    return;
  }
  if (!isJsonObject(value)) return;
  const member = value[step.name];
  if (!step.isList) collect(member, steps, taken + 1, into);
  else if (Array.isArray(member)) for (const item of member) collect(item, steps, taken + 1, into);
}

/** Paths come from our own tables, so that there are not many. */
const known = new Map<string, readonly Step[]>();

function stepsOf(path: string): readonly Step[] {
  let steps = known.get(path);
  if (!steps) {
    steps = path.split(".").map((step) => ({ name: step.replace("[]", ""), isList: step.endsWith("[]") }));
    known.set(path, steps);
  }
  return steps;
}

/** The objects in a list, or the single object. */
export function objectsOf(value: unknown): JsonObject[] {
  return (Array.isArray(value) ? value : [value]).filter(isJsonObject);
}
