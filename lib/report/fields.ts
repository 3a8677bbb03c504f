import { identifier } from "../event/identifiers";
import { valuesAt } from "../event/paths";
import type { ErrorKey } from "../event/task-state";
import { text } from "../event/untrusted";
import type { JsonObject } from "../json";

/** A labelled value of a part, such as `Url: https://…`. */
export interface Field {
  readonly label: string;
  readonly value: string;
  /** Whether the value belongs to what was made, not to what it was made from. */
  readonly isOutput?: boolean;
  /** Whether it is a URL within the field before it. */
  readonly isWithin?: boolean;
}

/** The fields that belong to one item of a list, or to no list. */
export interface FieldGroup {
  readonly fields: readonly Field[];
  /** The item, or the part itself. */
  readonly source: unknown;
}

/** Reported by themselves too: MPS gives outputs as JSON in a text. */
export const URLS = /https?:\/\/[^\s"]*[^\s"\\]/g;
/** What a line begins with, so that every line of a long list has it. */
const IN_HEAD = new Set(["TaskId", "FileId", "SourceFileId", "CastId", "Definition"]);

type FieldPaths = { readonly [label: string]: string };

/** The identities of a part, which stand in the head of its lines: `TaskId: …, FileId: …`. */
export function headFields(part: unknown, paths: FieldPaths, isItem = false): Field[] {
  const fields: Field[] = [];
  for (const { label, path, isOutput } of orderOf(paths).head) {
    const value = formatValue(label, valuesAt(part, path)[0]);
    if (value !== undefined) fields.push({ label, value, isOutput: isOutput || isItem });
  }
  return fields;
}

/** All other fields of a part; those of one item of a list form a group. */
export function fieldGroups(part: unknown, paths: FieldPaths): FieldGroup[] {
  const groups: FieldGroup[] = [];
  for (const [list, labels] of orderOf(paths).rest) {
    for (const source of list === "" ? [part] : valuesAt(part, list)) {
      const fields: Field[] = [];
      for (const { label, path, isOutput } of labels) {
        for (const value of valuesAt(source, path)) addFields(label, value, isOutput, fields);
      }
      if (fields.length > 0) groups.push({ fields, source });
    }
  }
  return groups;
}

interface Label {
  readonly label: string;
  /** From the item of the list, if it is in one. */
  readonly path: string;
  readonly isOutput: boolean;
}

/** The order of a row's labels. */
interface Order {
  readonly head: readonly Label[];
  /** By the list that their values are in, "" for none. */
  readonly rest: ReadonlyMap<string, readonly Label[]>;
}

/** Made once for each row: a large notification has tens of thousands of items. */
const orders = new WeakMap<FieldPaths, Order>();

function orderOf(paths: FieldPaths): Order {
  const known = orders.get(paths);
  if (known) return known;
  const head: Label[] = [];
  const rest = new Map<string, Label[]>();
  for (const [label, path] of Object.entries(paths)) {
    const isOutput = label === "OutputFileId" || path.includes("Output");
    if (IN_HEAD.has(label) && !path.includes("[]")) {
      head.push({ label, path, isOutput });
      continue;
    }
    const end = path.lastIndexOf("[].");
    const list = end === -1 ? "" : path.slice(0, end + 2);
    const labels = rest.get(list) ?? [];
    rest.set(list, labels);
    labels.push({ label, path: end === -1 ? path : path.slice(end + 3), isOutput });
  }
  const order = { head, rest };
  orders.set(paths, order);
  return order;
}

/** What a failed part reports of its failure. */
export function errorFields(part: JsonObject, keys: readonly ErrorKey[]): Field[] {
  const fields: Field[] = [];
  for (const key of keys) addFields(key, part[key], false, fields);
  return fields;
}

function addFields(label: string, value: unknown, isOutput: boolean, fields: Field[]): void {
  const formatted = formatValue(label, value);
  if (formatted === undefined) return;
  fields.push({ label, value: formatted, isOutput });
  if (isReference(label) || !formatted.includes("://")) return;
  for (const url of formatted.match(URLS) ?? [])
    fields.push({ label: "Url", value: url, isOutput, isWithin: true });
}

/** Whether a label is that of an identity or a URL. */
export function isReference(label: string): boolean {
  return label.endsWith("Id") || label.endsWith("Url");
}

/** @returns undefined for a value that reports nothing, and for an identity that could pass for the rest of a line */
export function formatValue(label: string, value: unknown): string | undefined {
  if (label.endsWith("Id")) return identifier(value);
  if (typeof value === "number" || typeof value === "boolean")
    return label.endsWith("Url") ? undefined : String(value);
  return text(value);
}
