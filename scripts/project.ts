import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Environment, SECRETS } from "../lib/config";
import { CONFIG_KEYS, checkKeys, parseJsonText } from "../lib/config/keys";
import { namingFile } from "../lib/config/read-config";
import { UsageError, UserError } from "../lib/errors";
import { isJsonObject, type JsonObject } from "../lib/json";
import { APPLICATION_ID, checkName, REGION_NAME } from "./name-rules";

/** The root of the checkout. */
export const ROOT = resolve(__dirname, "..");
export const DIST = join(ROOT, "dist");

/** The entry points: each folder of `functions` is one function. */
export function functionNames(): string[] {
  return readdirSync(join(ROOT, "functions")).filter((name) =>
    existsSync(join(ROOT, "functions", name, "index.ts")),
  );
}

/** The keys of the secrets in a configuration; they must not get into a code package or a commit. */
export function secretsIn(content: JsonObject): string[] {
  return CONFIG_KEYS.flatMap(({ name, property }) => {
    const value = content[name];
    const isSet = Array.isArray(value) ? value.length > 0 : value !== undefined && value !== "";
    return SECRETS.some(([secret]) => secret === property) && isSet ? name : [];
  });
}

/** The same configuration without its secrets. */
export function withoutSecrets(content: JsonObject): JsonObject {
  const blank = secretsIn(content).map((name) => [name, Array.isArray(content[name]) ? [] : ""]);
  return { ...content, ...Object.fromEntries(blank) };
}

/**
 * Reads `config.json`; `config.local.json` overrides it on a developer's machine, and the variables REGION,
 * DEFINITIONS, SUBAPPID, RECORD_URL, PUBLISH_URL and PUBLISH_SECRET override both.
 * @throws if a file is missing, is not a JSON object, or has an unknown key or a wrong value; the message has its name
 */
export function readProjectConfig(env: Environment): JsonObject {
  const { REGION, DEFINITIONS, SUBAPPID } = env;
  const files = readConfigFiles(checkKeys);
  const other = ["procedure", "media_process_task"].find((name) => files[name] !== undefined);
  if (DEFINITIONS && other)
    throw new UsageError(`DEFINITIONS and ${other} in config.json exclude each other. Unset one of them.`);
  const config: JsonObject = {
    ...files,
    ...(REGION && { region: REGION }),
    ...(DEFINITIONS && { definitions: parseDefinitions(DEFINITIONS) }),
    ...sinkSettings(env),
    ...(SUBAPPID && { subappid: checkName(SUBAPPID, "SUBAPPID", APPLICATION_ID) }),
  };
  const { region } = config;
  if (typeof region === "string" && region) checkName(region, REGION ? "REGION" : "region", REGION_NAME);
  return config;
}

/** The keys of the sinks' settings, by their variables. */
export const SINK_KEYS = {
  RECORD_URL: "record_url",
  PUBLISH_URL: "publish_url",
  PUBLISH_SECRET: "publish_secret",
};

function sinkSettings(env: Environment): JsonObject {
  const given = Object.entries(SINK_KEYS).filter(([name]) => env[name] !== undefined);
  return Object.fromEntries(given.map(([name, key]) => [key, env[name]]));
}

/** @throws if a file is wrong; the message has its name */
function readConfigFiles(check: (content: JsonObject) => unknown = () => {}): JsonObject {
  const files = ["config.json", "config.local.json"].map((name) => join(ROOT, name));
  const contents = files
    .filter((file, index) => index === 0 || existsSync(file))
    .map((file) => {
      const content = readJsonObject(file);
      namingFile(file, () => check(content));
      return content;
    });
  return Object.assign({}, ...contents);
}

/** One value of the configuration files; undefined if they can't be read. */
export function readProjectSetting(name: string): unknown {
  try {
    return readConfigFiles()[name];
  } catch {
    return undefined;
  }
}

function parseDefinitions(list: string): number[] {
  if (!/^\d+(,\d+)*$/.test(list))
    throw new UsageError('DEFINITIONS must be template ids separated by commas, such as "100010,100020".');
  return list.split(",").map(Number);
}

/** @throws if the file is missing or not a JSON object; the message has its name */
export function readJsonObject(file: string): JsonObject {
  try {
    const content = parseJsonText(readFileSync(file, "utf8"));
    if (!isJsonObject(content)) throw new UserError("it is not a JSON object");
    return content;
  } catch (error) {
    throw new UserError(`${file} can't be read: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}
