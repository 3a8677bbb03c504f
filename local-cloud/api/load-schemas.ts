import { readFileSync } from "node:fs";
import { declarationsOf, modelsOf, type ServiceName } from "./sdk-models";

/** The forms of JSON Schema that the SDK's declarations come to. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
}

/** A JSON Schema (draft 7) for each type that the SDK declares, by its name; `#/definitions/…` refers within. */
export interface SchemaDocument {
  readonly $id: ServiceName;
  readonly definitions: Readonly<Record<string, Schema>>;
}

const loaded = new Map<ServiceName, SchemaDocument>();

/** The schemas of all types that a service's SDK declares, objects closed and integers distinct from floats. */
export function loadSchemas(service: ServiceName): SchemaDocument {
  const known = loaded.get(service);
  if (known) return known;
  const definitions = readDeclarations(declarationsOf(service), modelsOf(service).floats);
  const schemas = { $id: service, definitions };
  loaded.set(service, schemas);
  return schemas;
}

/**
 * Reads declarations as the SDK's generator writes them: a line for each member. That is so regular that it
 * takes no compiler.
 * @throws if a line has an unknown form, which this file must then learn
 */
export function readDeclarations(file: string, floats: RegExp): Record<string, Schema> {
  const definitions: Record<string, Schema> = {};
  let properties: Record<string, Schema> = {};
  let required: string[] = [];
  const code = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|^\/\/.*$/gm, "");
  for (const line of code.split(/\r?\n/)) {
    const [, alias] = /^export type (\w+) = null;$/.exec(line) ?? [];
    const [, object] = /^(?:export )?interface (\w+) \{\}?$/.exec(line) ?? [];
    const [, member, optional, type] = /^ +(\w+)(\??): (.+);$/.exec(line) ?? [];
    if (alias) definitions[alias] = { type: "null" };
    else if (object) {
      properties = {};
      required = [];
      definitions[object] = { type: "object", properties, required, additionalProperties: false };
    } else if (member && type) {
      properties[member] = schemaOf(type, floats.test(member));
      if (!optional) required.push(member);
    } else if (line.trim() !== "" && line !== "}")
      throw new Error(`${file} has a line of an unknown form: ${line}`);
  }
  return definitions;
}

function schemaOf(type: string, isFloat: boolean): Schema {
  const [, item] = /^Array<(.+)>$/.exec(type) ?? [];
  if (item) return { type: "array", items: schemaOf(item, isFloat) };
  if (type === "string" || type === "boolean") return { type };
  if (type === "number" || type === "number | bigint") return { type: isFloat ? "number" : "integer" };
  if (/^[A-Z]\w*$/.test(type)) return { $ref: `#/definitions/${type}` };
  throw new Error(`No rule for the type ${type}.`);
}
