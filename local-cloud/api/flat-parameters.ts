import { loadSchemas, type Schema } from "./load-schemas";
import type { ServiceName } from "./sdk-models";

/** A name and its value, both decoded, in the order of the request. */
export type Pair = readonly [name: string, value: string];

type Tree = string | Map<string, Tree>;
type Definitions = Readonly<Record<string, Schema>>;

/** Deeper than any parameter of the API; a longer name stays one name, which the schema refuses. */
const MAX_DEPTH = 32;

/**
 * The JSON that parameters of a query or a form stand for: `Filters.0.Name=a` is `{Filters: [{Name: "a"}]}`, and
 * a value becomes the number or boolean that the action's schema declares. What does not fit stays as it is, so
 * that the schema's check refuses it by name. Without a service, or for an unknown action, all values are strings.
 */
export function nestParameters(pairs: Iterable<Pair>, service?: ServiceName, action = ""): object {
  const tree = new Map<string, Tree>();
  for (const [name, value] of pairs) {
    const path = name.split(".");
    insert(tree, path.length > MAX_DEPTH ? [name] : path, value);
  }
  const definitions = service === undefined ? {} : loadSchemas(service).definitions;
  return objectIn(tree, own(definitions, `${action}Request`), definitions);
}

function insert(tree: Map<string, Tree>, [first = "", ...rest]: readonly string[], value: string): void {
  const old = tree.get(first);
  if (rest.length === 0) {
    // A name that is given twice, or for a value and for members, fits no schema as an object with a nameless member.
    tree.set(first, old === undefined ? value : new Map([["", value]]));
    return;
  }
  const branch = old instanceof Map ? old : new Map<string, Tree>(old === undefined ? [] : [["", old]]);
  tree.set(first, branch);
  insert(branch, rest, value);
}

function valueIn(tree: Tree, declared: Schema | undefined, definitions: Definitions): unknown {
  const name = declared?.$ref?.replace("#/definitions/", "");
  const schema = name === undefined ? declared : own(definitions, name);
  if (typeof tree === "string") return scalarIn(tree, schema?.type);
  const indexes = [...tree.keys()].map((_, index) => String(index));
  const isList = indexes.every((index) => tree.has(index)) && (!schema || schema.type === "array");
  if (!isList) return objectIn(tree, schema, definitions);
  return indexes.map((index) => valueIn(tree.get(index) ?? "", schema?.items, definitions));
}

function objectIn(tree: Map<string, Tree>, schema: Schema | undefined, definitions: Definitions): object {
  const properties = schema?.properties ?? {};
  return Object.fromEntries(
    [...tree].map(([name, branch]) => [name, valueIn(branch, own(properties, name), definitions)]),
  );
}

function scalarIn(text: string, type: string | undefined): unknown {
  if (type === "integer" && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (type === "number" && /^-?\d{1,15}(\.\d+)?(e[+-]?\d{1,2})?$/i.test(text)) return Number(text);
  // Node.js clients write "true", Python's "True", PHP's 1.
  if (type === "boolean" && /^(true|false|0|1)$/i.test(text)) return /^(true|1)$/i.test(text);
  return text;
}

function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
