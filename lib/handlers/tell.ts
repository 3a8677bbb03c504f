import { identifier } from "../event/identifiers";
import { valuesAt } from "../event/paths";
import type { ErrorKey } from "../event/task-state";
import { text } from "../event/untrusted";
import type { JsonObject } from "../json";
import { type Redact, redactValue } from "../log/redact";
import type { Field } from "./report";

/** Characters of a value that is no URL: prose, and what should be short. */
const MAX_PROSE = 1000;
/** They are told by themselves where prose is cut: MPS gives outputs as JSON in a text. */
const URLS = /https?:\/\/[^\s"]*[^\s"\\]/g;
const UNITS = new Map([
  ["Duration", " s"],
  ["Size", " bytes"],
  ["TimeOffset", " ms"],
]);
/** What a line begins with, so that every line of a long list has it. */
const IN_HEAD = new Set(["TaskId", "FileId", "SourceFileId", "CastId", "Definition"]);

type FieldPaths = { readonly [label: string]: string };

/** The identities that stand in the head of a part's lines: `TaskId: …, FileId: …`. */
export function headFields(part: unknown, paths: FieldPaths, clean: Redact): string[] {
  const fields: string[] = [];
  for (const [label, path] of orderOf(paths).head) {
    const said = formatField(label, redactValue(valuesAt(part, path)[0], clean));
    if (said !== undefined) fields.push(`${label}: ${said}`);
  }
  return fields;
}

/** All else that a part tells; what belongs to one item of a list stands together. */
export function restFields(part: unknown, paths: FieldPaths, clean: Redact): Field[] {
  const fields: Field[] = [];
  for (const [list, group] of orderOf(paths).rest) {
    for (const item of list === "" ? [part] : valuesAt(part, list)) {
      for (const [label, path] of group) {
        for (const value of valuesAt(item, path)) addFields(label, redactValue(value, clean), fields);
      }
    }
  }
  return fields;
}

type Labels = readonly (readonly [label: string, path: string])[];

/** In which order a row's labels are told. */
interface Order {
  readonly head: Labels;
  /** By the list that their values are in, "" for none, with their paths from there. */
  readonly rest: ReadonlyMap<string, Labels>;
}

/** Made once for each row: a large notification has tens of thousands of items. */
const orders = new WeakMap<FieldPaths, Order>();

function orderOf(paths: FieldPaths): Order {
  const known = orders.get(paths);
  if (known) return known;
  const head: [label: string, path: string][] = [];
  const rest = new Map<string, [label: string, path: string][]>();
  for (const [label, path] of Object.entries(paths)) {
    if (isInHead(label, path)) {
      head.push([label, path]);
      continue;
    }
    const end = path.lastIndexOf("[].");
    const list = end === -1 ? "" : path.slice(0, end + 2);
    const group = rest.get(list) ?? [];
    rest.set(list, group);
    group.push([label, end === -1 ? path : path.slice(end + 3)]);
  }
  const order = { head, rest };
  orders.set(paths, order);
  return order;
}

/** What a failed part says of its failure. */
export function errorFields(part: JsonObject, keys: readonly ErrorKey[], clean: Redact): Field[] {
  const fields: Field[] = [];
  for (const key of keys) addFields(key, redactValue(part[key], clean), fields);
  return fields.map(({ text }) => ({ text, weighty: true }));
}

function isInHead(label: string, path: string): boolean {
  return IN_HEAD.has(label) && !path.includes("[]");
}

function addFields(label: string, value: unknown, fields: Field[]): void {
  const said = formatField(label, value);
  if (said === undefined) return;
  fields.push({ text: `${label}: ${said}${UNITS.get(label) ?? ""}`, weighty: /(Url|Id)$/.test(label) });
  if (typeof value !== "string" || said === value) return;
  for (const url of value.match(URLS) ?? []) fields.push({ text: `Url: ${url}`, weighty: true });
}

function formatField(label: string, value: unknown): string | undefined {
  if (label.endsWith("Id")) return identifier(value);
  if (label.endsWith("Url")) return text(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const said = text(value);
  if (said === undefined || said.length <= MAX_PROSE) return said;
  return `${said.slice(0, MAX_PROSE)} (cut)`;
}
