import { loadSchemas, type Schema } from "../../local-cloud";

export type { Schema };

/** A schema that is no reference any more, and the SDK's name of its type where it has one. */
export interface Resolved {
  readonly schema: Schema;
  readonly typeName?: string;
}

/** The SDK's `EventContent`: the type of a notification. */
export function eventContent(): Schema {
  return definition("EventContent");
}

/** Follows a reference to the type that the SDK declares. */
export function resolve(schema: Schema): Resolved {
  const { $ref } = schema;
  if ($ref === undefined) return { schema };
  const typeName = decodeURIComponent($ref.slice("#/definitions/".length));
  return { ...resolve(definition(typeName)), typeName };
}

function definition(typeName: string): Schema {
  const { definitions } = loadSchemas("vod");
  const found = Object.hasOwn(definitions, typeName) ? definitions[typeName] : undefined;
  if (!found) throw new Error(`The SDK of vod declares no type ${typeName}.`);
  return found;
}
