/**
 * A value as it arrives: the names are those of the SDK's type, so that a wrong one does not compile, but the values
 * are unchecked. Notifications omit members or have null for them, which the SDK's types do not show.
 */
export type Untrusted<T> = T extends readonly (infer Item)[]
  ? WireList<Item>
  : T extends object
    ? { readonly [Name in keyof T]?: Untrusted<NonNullable<T[Name]>> | null }
    : unknown;

declare const item: unique symbol;
/** What should be a list; `list` checks whether it is. */
export interface WireList<Item> {
  readonly [item]?: Item;
}

/** The members of a list; none if the value is missing, null or anything else. */
export function list<Item>(value: WireList<Item> | null | undefined): readonly (Untrusted<Item> | null)[] {
  return Array.isArray(value) ? value : [];
}

/** A non-empty string, else undefined. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A whole number, else undefined. */
export function integer(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
}

/** The texts among the values. */
export function texts(values: readonly unknown[]): string[] {
  return values.filter((value): value is string => text(value) !== undefined);
}
