import { join } from "node:path";
import { loadSchemas, readDeclarations, type Schema } from "../../local-cloud";
import { ROOT } from "../project";

export type { Schema };

/** A resolved schema, and the SDK's name of its type if it has one. */
export interface Resolved {
  readonly schema: Schema;
  readonly typeName?: string;
}

/** The SDK's `EventContent`: the type of a notification. */
export function eventContent(): Schema {
  const { properties } = definition("EventContent");
  return {
    ...definition("EventContent"),
    properties: { ...properties, ...newer()["NewerPayloads"]?.properties },
  };
}

let newerDefinitions: Readonly<Record<string, Schema>> | undefined;

/** The payloads that the SDK does not have yet. */
function newer(): Readonly<Record<string, Schema>> {
  newerDefinitions ??= readDeclarations(join(ROOT, "lib", "event", "newer-payloads.ts"), /^$/);
  return newerDefinitions;
}

/** Follows a reference to the type that the SDK declares. */
export function resolve(schema: Schema): Resolved {
  const { $ref } = schema;
  if ($ref === undefined) return { schema };
  const typeName = decodeURIComponent($ref.slice("#/definitions/".length));
  return { ...resolve(definition(typeName)), typeName };
}

function definition(typeName: string): Schema {
  const definitions = { ...newer(), ...loadSchemas("vod").definitions };
  const found = Object.hasOwn(definitions, typeName) ? definitions[typeName] : undefined;
  if (!found)
    throw new Error(
      `The SDK for VOD does not declare the type ${typeName}. Run npm ci to install the SDK of package-lock.json.`,
    );
  return found;
}
