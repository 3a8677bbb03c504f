// Loads TypeScript 5, which takes seconds: run it in a process of its own, and only where the cache is empty.
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { createGenerator } from "ts-json-schema-generator";
import { declarationsOf, modelsOf, type ServiceName, serviceNames } from "./sdk-models";

/** The forms of JSON Schema that the SDK's declarations come to. */
interface Schema {
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

/** The schemas of all types that a service's SDK declares, objects closed and integers told from floats. */
function generateSchemas(service: ServiceName): SchemaDocument {
  const generator = createGenerator({
    path: declarationsOf(service),
    type: "*",
    additionalProperties: false,
    jsDoc: "none",
    // The declarations are the SDK's; whether they compile is not our concern.
    skipTypeCheck: true,
  });
  const { definitions = {} } = generator.createSchema("*");
  const { floats } = modelsOf(service);
  return {
    $id: service,
    definitions: Object.fromEntries(
      Object.entries(definitions).map(([name, schema]) => [name, strict(schema, name, floats)]),
    ),
  };
}

/** Rebuilds a schema from the forms that are known; another one means that this file must learn it first. */
function strict(schema: unknown, name: string, floats: RegExp): Schema {
  const {
    $ref,
    type,
    items,
    properties,
    required,
    additionalProperties,
  }: { [key in keyof Schema]?: unknown } = Object(schema);
  if (typeof $ref === "string") return { $ref };
  switch (String(type)) {
    case "string":
    case "boolean":
    case "null":
      return { type: String(type) };
    case "number":
      return { type: floats.test(name) ? "number" : "integer" };
    case "array":
      return { type: "array", items: strict(items, name, floats) };
    case "object":
      if (additionalProperties !== false) break;
      return {
        type: "object",
        properties: Object.fromEntries(
          Object.entries(Object(properties)).map(([key, value]) => [key, strict(value, key, floats)]),
        ),
        required: Array.isArray(required) ? required.map(String) : [],
        additionalProperties: false,
      };
  }
  throw new Error(`No rule for the schema of ${name}: ${JSON.stringify(schema)}`);
}

/** Readers see the old file or the whole new one, also while several processes write it. */
function writeAtomically(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, file);
}

const [service, file] = process.argv.slice(2);
const known = serviceNames.find((name) => name === service);
if (!known || !file) throw new Error("Usage: generate-schemas.ts <service> <file>");
writeAtomically(file, JSON.stringify(generateSchemas(known)));
