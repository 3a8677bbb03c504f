import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { SchemaDocument } from "./generate-schemas";
import {
  declarationsOf,
  modelsOf,
  type ServiceName,
  sdkVersion,
  serviceNames,
  versionOf,
} from "./sdk-models";

const folder = join(__dirname, "..", "..", "node_modules", ".cache", "vod-receiver");
const generator = join(__dirname, "generate-schemas.ts");
const loaded = new Map<ServiceName, SchemaDocument>();

/**
 * Generates the schemas that are not in the cache yet, which takes some seconds each; else it costs nothing.
 * Whoever does not call it pays at the first use, with a blocked event loop.
 * @param report is told when it takes long
 */
export async function prepareSchemas(report: (line: string) => void = () => {}): Promise<void> {
  const missing = serviceNames.filter((service) => !existsSync(schemaFile(service)));
  if (missing.length > 0) report("Learning the API's parameters from the SDK; once, for some seconds.");
  await Promise.all(missing.map((service) => promisify(execFile)(process.execPath, generation(service))));
}

/** The schemas of a service's types, generated where the cache does not have them. */
export function loadSchemas(service: ServiceName): SchemaDocument {
  const known = loaded.get(service);
  if (known) return known;
  const file = schemaFile(service);
  if (!existsSync(file)) execFileSync(process.execPath, generation(service));
  const schemas: SchemaDocument = JSON.parse(readFileSync(file, "utf8"));
  loaded.set(service, schemas);
  return schemas;
}

/** Where the cache has a service's schemas: another SDK, generator or declaration means another file. */
export function schemaFile(service: ServiceName): string {
  const source = createHash("sha256").update(versionOf("ts-json-schema-generator"));
  const own = modelsOf(service).own === undefined ? [] : [declarationsOf(service)];
  for (const file of [generator, join(__dirname, "sdk-models.ts"), ...own]) source.update(readFileSync(file));
  return join(folder, `${service}-${sdkVersion(service)}-${source.digest("hex").slice(0, 12)}.schemas.json`);
}

function generation(service: ServiceName): string[] {
  const loader = pathToFileURL(require.resolve("tsx")).href;
  return ["--import", loader, generator, service, schemaFile(service)];
}
