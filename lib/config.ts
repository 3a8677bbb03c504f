import { readFileSync } from "node:fs";
import { isJsonObject, type JsonObject } from "./json";

/** A `config.json`, checked. What is unset is absent. */
export interface Config {
  readonly secretId?: string;
  readonly secretKey?: string;
  readonly region: string;
  /** Transcoding templates, one `TranscodeTaskSet` item each. */
  readonly definitions: readonly number[];
  readonly subAppId?: number;
  readonly pathToken?: string;
  /** The keys of `Sign`; two of them while a key is being changed. */
  readonly signKeys: readonly string[];
  /** Which uploads are transcoded: not those that came with a task flow of their own; only some. */
  readonly skipWithTaskFlow: boolean;
  readonly sourceTypes?: readonly string[];
  /** In lower case. */
  readonly fileTypes?: readonly string[];
  /** Whether a run over the reliable callback's queue waits for events once the queue is empty. */
  readonly idle: "wait" | "stop";
  /** How often the reliable callback may deliver an event before it is parked. */
  readonly maxDeliveries: number;
  /** The most calls of one API action a second. */
  readonly callsPerSecond: number;
}

/** A process's environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Anything that only the owner of the function can put right: a `config.json` or a variable. */
export class ConfigError extends Error {}

const DEFAULT_REGION = "ap-guangzhou";
const KEYS = [
  "secret_id",
  "secret_key",
  "region",
  "definitions",
  "subappid",
  "path_token",
  "sign_keys",
  "skip_with_task_flow",
  "source_types",
  "file_types",
  "idle",
  "max_deliveries",
  "calls_per_second",
];

/** The values of `MediaSourceData.SourceType` in VOD's API. */
const SOURCE_TYPES = ["Record", "Upload", "VideoProcessing", "TrtcRecord", "WebPageRecord", "Unknown"];

/**
 * Reads and checks a configuration file.
 * @param file its path
 * @throws {ConfigError} naming the file and the key that is wrong
 */
export function parseConfFile(file: string): Config {
  try {
    return parseConfig(readJson(file));
  } catch (error) {
    throw new ConfigError(`${file}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

/**
 * Reads a JSON file that may hold secrets: Node's own message would quote the text around a mistake.
 * @throws {ConfigError} where it is no JSON
 */
export function readJson(file: string): unknown {
  const text = readFileSync(file, "utf8");
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigError("this is not JSON");
  }
}

/**
 * Checks the content of a `config.json`; the five fields of Tencent's sample are enough.
 * @throws {ConfigError} naming the key that is wrong
 */
export function parseConfig(content: unknown): Config {
  if (!isJsonObject(content)) throw new ConfigError("the configuration must be a JSON object");
  for (const key of Object.keys(content)) {
    if (!KEYS.includes(key))
      throw new ConfigError(`unknown key "${key}"; the known ones: ${KEYS.join(", ")}`);
  }
  const secretId = optionalString(content, "secret_id");
  const secretKey = optionalString(content, "secret_key");
  if ((secretId === undefined) !== (secretKey === undefined)) {
    throw new ConfigError("secret_id and secret_key: set both, or leave both empty");
  }
  const subAppId = parseSubAppId(content["subappid"]);
  const pathToken = optionalString(content, "path_token");
  const sourceTypes = parseTypes(content, "source_types", (type) => SOURCE_TYPES.includes(type));
  const fileTypes = parseTypes(content, "file_types", (type) => /^[A-Za-z0-9]+$/.test(type));
  return {
    ...(secretId === undefined ? {} : { secretId }),
    ...(secretKey === undefined ? {} : { secretKey }),
    region: optionalString(content, "region") ?? DEFAULT_REGION,
    definitions: parseDefinitions(content["definitions"]),
    ...(subAppId === undefined ? {} : { subAppId }),
    ...(pathToken === undefined ? {} : { pathToken: checkPathToken(pathToken, "path_token") }),
    signKeys: parseSignKeys(content["sign_keys"]),
    skipWithTaskFlow: parseSwitch(content, "skip_with_task_flow"),
    ...(sourceTypes === undefined ? {} : { sourceTypes }),
    ...(fileTypes === undefined ? {} : { fileTypes: fileTypes.map((type) => type.toLowerCase()) }),
    idle: parseIdle(content["idle"]),
    maxDeliveries: parseNumber(content, "max_deliveries", { fallback: 20, most: 1000, whole: true }),
    callsPerSecond: parseNumber(content, "calls_per_second", { fallback: 80, most: 100, whole: false }),
  };
}

/**
 * Puts `PATH_TOKEN`, `SIGN_KEY` and `SIGN_KEY_NEXT` in the place of what the file says: the environment is
 * where deploying keeps secrets.
 * @throws {ConfigError} naming the variable that is wrong
 */
export function withEnvironment(config: Config, env: Environment): Config {
  const token = env["PATH_TOKEN"];
  const keys = ["SIGN_KEY", "SIGN_KEY_NEXT"].flatMap((name) => {
    const key = env[name];
    return key ? [checkSignKey(key, name)] : [];
  });
  return {
    ...config,
    ...(token ? { pathToken: checkPathToken(token, "PATH_TOKEN") } : {}),
    ...(keys.length > 0 ? { signKeys: keys } : {}),
  };
}

/** A token must be able to stand as it is in the path of an address. */
export function checkPathToken(token: string, name: string): string {
  if (/^[A-Za-z0-9._~-]+$/.test(token)) return token;
  throw new ConfigError(`${name} may have letters, digits and . _ ~ - only`);
}

/** What VOD takes as a key (ModifyEventConfig.SignKey). */
export function checkSignKey(key: string, name: string): string {
  if (/^[A-Za-z0-9]{1,32}$/.test(key)) return key;
  throw new ConfigError(`${name} takes 1 to 32 letters and digits`);
}

function optionalString(content: JsonObject, key: string): string | undefined {
  const value = content[key];
  if (value === undefined || value === "") return undefined;
  if (typeof value !== "string") throw new ConfigError(`${key} must be a string`);
  return value;
}

function parseDefinitions(value: unknown): readonly number[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new ConfigError("definitions must list at least one template id, such as [100010, 100020]");
  }
  const ids = value.map((id: unknown) => {
    if (typeof id === "number" && Number.isSafeInteger(id) && id > 0) return id;
    throw new ConfigError("definitions must hold positive whole numbers only");
  });
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new ConfigError(`definitions has ${twice} twice, which would be paid twice`);
  return ids;
}

function parseSubAppId(value: unknown): number | undefined {
  if (value === undefined || value === "") return undefined;
  const id = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 0) {
    throw new ConfigError('subappid must be a whole number; 0 or "" where there is none');
  }
  return id === 0 ? undefined : id;
}

function parseSignKeys(value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > 2) {
    throw new ConfigError("sign_keys must be a list of at most two keys");
  }
  return value.map((key: unknown) => {
    if (typeof key !== "string") throw new ConfigError("sign_keys must hold strings only");
    return checkSignKey(key, "sign_keys");
  });
}

function parseSwitch(content: JsonObject, key: string): boolean {
  const value = content[key];
  if (value === undefined) return false;
  if (typeof value !== "boolean") throw new ConfigError(`${key} must be true or false`);
  return value;
}

/** An empty list would stand for none or for all; neither is guessed. */
function parseTypes(
  content: JsonObject,
  key: string,
  isRight: (type: string) => boolean,
): readonly string[] | undefined {
  const value = content[key];
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length === 0)
    throw new ConfigError(`${key} must list at least one type`);
  return value.map((type: unknown) => {
    if (typeof type === "string" && isRight(type)) return type;
    throw new ConfigError(
      key === "source_types"
        ? `source_types takes ${SOURCE_TYPES.join(", ")}`
        : 'file_types takes types such as "mp4", without a dot',
    );
  });
}

function parseIdle(value: unknown): "wait" | "stop" {
  if (value === undefined || value === "wait") return "wait";
  if (value === "stop") return "stop";
  throw new ConfigError('idle must be "wait" or "stop"');
}

function parseNumber(
  content: JsonObject,
  key: string,
  { fallback, most, whole }: { readonly fallback: number; readonly most: number; readonly whole: boolean },
): number {
  const value = content[key];
  if (value === undefined) return fallback;
  if (typeof value === "number" && value >= 1 && value <= most && (!whole || Number.isInteger(value)))
    return value;
  throw new ConfigError(`${key} must be a ${whole ? "whole " : ""}number from 1 to ${most}`);
}
