import { isJsonObject, type JsonObject } from "./json";

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

/** What stands at a path; nothing where the way there is missing, null or of another type. */
export function valuesAt(value: unknown, path: string): unknown[] {
  let values = [value];
  for (const step of path.split(".")) {
    const isList = step.endsWith("[]");
    const name = isList ? step.slice(0, -2) : step;
    const next: unknown[] = [];
    for (const parent of values) {
      if (!isJsonObject(parent)) continue;
      const member = parent[name];
      if (!isList) next.push(member);
      // Not `push(...member)`: a list of a large notification is too long for that.
      else if (Array.isArray(member)) for (const item of member) next.push(item);
    }
    values = next;
  }
  return values;
}

/** The objects in a list, or the one that stands alone. */
export function objectsOf(value: unknown): JsonObject[] {
  return (Array.isArray(value) ? value : [value]).filter(isJsonObject);
}
