import { identifier } from "../identifier";
import type { JsonObject } from "../json";
import { valuesAt } from "../paths";
import type { ErrorKey } from "../task-state";
import { text } from "../wire";
import type { Told } from "./report";

/** Characters of a value that is no URL: prose, and what should be short. */
const LONGEST_PROSE = 1000;
const UNITS = new Map([
  ["Duration", " s"],
  ["Size", " bytes"],
  ["TimeOffset", " ms"],
]);
/** What a line begins with, so that every line of a long list has it. */
const IN_HEAD = new Set(["TaskId", "FileId", "SourceFileId", "CastId", "Definition"]);

type Tells = { readonly [label: string]: string };

/** The identities that stand in the head of a part's lines: `TaskId: …, FileId: …`. */
export function tellHead(part: unknown, tells: Tells): string[] {
  return Object.entries(tells)
    .filter(([label, path]) => isInHead(label, path))
    .flatMap(([label, path]) => tellValue(label, valuesAt(part, path)[0]).map((told) => told.text));
}

/** All else that a part tells; what belongs to one item of a list stands together. */
export function tellRest(part: unknown, tells: Tells): Told[] {
  const told: Told[] = [];
  for (const [list, group] of groupsOf(tells)) {
    for (const item of list === "" ? [part] : valuesAt(part, list)) {
      for (const [label, path] of group) {
        for (const value of valuesAt(item, path)) told.push(...tellValue(label, value));
      }
    }
  }
  return told;
}

type Groups = ReadonlyMap<string, readonly (readonly [label: string, path: string])[]>;

/** Made once for each row: a large notification has tens of thousands of items. */
const groups = new WeakMap<Tells, Groups>();

/** The labels by the list that their values are in, "" for none, with their paths from there. */
function groupsOf(tells: Tells): Groups {
  const known = groups.get(tells);
  if (known) return known;
  const made = new Map<string, [label: string, path: string][]>();
  for (const [label, path] of Object.entries(tells)) {
    if (isInHead(label, path)) continue;
    const end = path.lastIndexOf("[].");
    const list = end === -1 ? "" : path.slice(0, end + 2);
    const group = made.get(list) ?? [];
    made.set(list, group);
    group.push([label, end === -1 ? path : path.slice(end + 3)]);
  }
  groups.set(tells, made);
  return made;
}

/** What a failed part says of its failure. */
export function tellError(part: JsonObject, keys: readonly ErrorKey[]): Told[] {
  return keys.flatMap((key) => tellValue(key, part[key]).map((told) => ({ ...told, weighty: true })));
}

function isInHead(label: string, path: string): boolean {
  return IN_HEAD.has(label) && !path.includes("[]");
}

function tellValue(label: string, value: unknown): Told[] {
  const said = say(label, value);
  if (said === undefined) return [];
  return [{ text: `${label}: ${said}${UNITS.get(label) ?? ""}`, weighty: /(Url|Id)$/.test(label) }];
}

function say(label: string, value: unknown): string | undefined {
  if (label.endsWith("Id")) return identifier(value);
  if (label.endsWith("Url")) return text(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const said = text(value);
  // MPS gives outputs as JSON in a text, in which URLs may be.
  if (said === undefined || said.length <= LONGEST_PROSE || /https?:\/\//.test(said)) return said;
  return `${said.slice(0, LONGEST_PROSE)} (cut)`;
}
