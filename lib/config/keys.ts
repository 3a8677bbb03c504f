import {
  type Config,
  ConfigError,
  type ConfiguredWork,
  checkCredential,
  checkPathToken,
  checkSignKey,
  type Rule,
} from "../config";
import { isJsonObject, type JsonObject } from "../json";

// What checks a configuration: a chunk of its own (scripts/build/chunks.ts), because a function that runs with the
// `config.json` of its build does not need it.

/** The values of `MediaSourceData.SourceType` in VOD's API. */
export const SOURCE_TYPES = ["Record", "Upload", "VideoProcessing", "TrtcRecord", "WebPageRecord", "Unknown"];

const EVENTS = ["NewFileUpload", "PullComplete"];
/** The values of `MediaBasicInfo.Category` in VOD's API. */
export const CATEGORIES = ["Video", "Audio", "Image"];
/** The keys of a rule's `match`; building checks their values (scripts/build/check-processing.ts). */
const MATCH_KEYS = [
  ...["categories", "source_types", "file_types", "class_ids"],
  ...["min_height", "max_height", "min_duration", "max_duration"],
];
const WORK_KEYS = ["definitions", "procedure", "media_process_task"];
/** Of a `MediaProcessTask` (docs/tencent-protocols.md#processmedia); building checks the rest. */
const TASK_KEYS = [
  ...["Transcode", "AnimatedGraphic", "SnapshotByTimeOffset", "SampleSnapshot", "ImageSprite"],
  ...["CoverBySnapshot", "AdaptiveDynamicStreaming"],
].map((kind) => `${kind}TaskSet`);

/**
 * Parses a JSON file that may hold secrets: Node's own message would quote the text around a mistake.
 * @throws {ConfigError} if it is not JSON
 */
export function parseJsonText(text: string): unknown {
  try {
    // Editors on Windows begin a file with a mark.
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    throw new ConfigError("the file is not valid JSON");
  }
}

/** A key of `config.json`. */
interface ConfigKey {
  readonly name: string;
  readonly property: keyof Config;
  /** Checks the value and puts it into the configuration. @throws {ConfigError} naming the key */
  readonly read: (content: JsonObject, config: MutableConfig) => void;
}

type MutableConfig = { -readonly [Name in keyof Config]: Config[Name] };

function key<Name extends keyof Config>(
  name: string,
  property: Name,
  parse: (value: unknown, name: string) => MutableConfig[Name] | undefined,
): ConfigKey {
  return {
    name,
    property,
    read(content, config) {
      const value = content[name] === undefined ? undefined : parse(content[name], name);
      if (value !== undefined) config[property] = value;
    },
  };
}

/** The keys of the work exclude each other. */
function workKey(name: string): ConfigKey {
  return {
    name,
    property: "work",
    read(content, config) {
      const work = parseWork(content, "");
      if (work) config.work = work;
    },
  };
}

/** All keys; `SECRETS` lists the secret ones. */
export const CONFIG_KEYS: readonly ConfigKey[] = [
  key("secret_id", "secretId", parseString(checkCredential)),
  key("secret_key", "secretKey", parseString(checkCredential)),
  key("region", "region", parseString()),
  ...WORK_KEYS.map((name) => workKey(name)),
  key("events", "events", parseListOf(EVENTS)),
  key("categories", "categories", parseListOf(CATEGORIES)),
  key("skip_upscaling", "skipUpscaling", parseSwitch),
  key("rules", "rules", parseRules),
  key("subappid", "subAppId", parseSubAppId),
  key("path_token", "pathToken", parseString(checkPathToken)),
  key("sign_keys", "signKeys", parseSignKeys),
  key("record_url", "recordUrl", parseString()),
  key("publish_url", "publishUrl", parseString()),
  key("publish_secret", "publishSecret", parseString()),
  key("skip_with_task_flow", "skipWithTaskFlow", parseSwitch),
  key("source_types", "sourceTypes", parseListOf(SOURCE_TYPES)),
  key("file_types", "fileTypes", parseFileTypes),
  key("idle", "idle", parseIdle),
  key("max_deliveries", "maxDeliveries", parseNumber(1000, Number.isInteger)),
  key("calls_per_second", "callsPerSecond", parseNumber(100)),
  key("permissions", "permissions", parsePermissions),
];

const DEFAULTS: Config = {
  region: "ap-guangzhou",
  events: ["NewFileUpload"],
  categories: ["Video", "Audio"],
  skipUpscaling: false,
  rules: [],
  signKeys: [],
  skipWithTaskFlow: false,
  idle: "wait",
  maxDeliveries: 20,
  callsPerSecond: 80,
};

/**
 * Checks the content of a `config.json`; the five fields of Tencent's sample are enough.
 * @throws {ConfigError} if a key is wrong; the message has its name
 */
export function parseConfig(content: unknown): Config {
  if (!isJsonObject(content)) throw new ConfigError("the configuration must be a JSON object");
  const config = checkKeys(content);
  if (!config.work && config.rules.length === 0 && !Array.isArray(content["definitions"]))
    throw new ConfigError(
      "nothing says what an upload starts: set definitions, such as [100010, 100020]. [] starts nothing",
    );
  if ((config.secretId === undefined) !== (config.secretKey === undefined)) {
    throw new ConfigError("secret_id and secret_key must be both set or both empty");
  }
  return config;
}

/**
 * Checks each key by itself, with defaults for absent ones.
 * @throws {ConfigError} if a key is unknown or wrong; the message has its name
 */
export function checkKeys(content: JsonObject): Config {
  const names = CONFIG_KEYS.map(({ name }) => name);
  const unknown = Object.keys(content).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new ConfigError(`unknown key "${unknown}". The keys are: ${names.join(", ")}`);
  const config: MutableConfig = { ...DEFAULTS };
  for (const { read } of CONFIG_KEYS) read(content, config);
  return config;
}

function parseString(check = (text: string, _name: string) => text) {
  return (value: unknown, name: string): string | undefined => {
    if (typeof value !== "string") throw new ConfigError(`${name} must be a string`);
    return value === "" ? undefined : check(value, name);
  };
}

function parseDefinitions(value: unknown, name: string): readonly number[] {
  if (!Array.isArray(value)) throw new ConfigError(`${name} must be a list of template ids`);
  const seen = new Set<number>();
  return value.map((id: unknown) => {
    if (typeof id !== "number" || !Number.isSafeInteger(id) || id <= 0)
      throw new ConfigError(`${name} must contain only positive whole numbers`);
    if (seen.has(id))
      throw new ConfigError(
        `${name} must not contain ${id} twice, because the second transcode would cost too`,
      );
    seen.add(id);
    return id;
  });
}

function parseSubAppId(value: unknown, name: string): number | undefined {
  if (value === "") return undefined;
  const id = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 0) {
    throw new ConfigError(`${name} must be a whole number, or 0 or "" for the default application`);
  }
  return id === 0 ? undefined : id;
}

function parseSignKeys(value: unknown, name: string): readonly string[] {
  if (!Array.isArray(value) || value.length > 2) {
    throw new ConfigError(`${name} must be a list of at most two keys`);
  }
  return value.map((key: unknown) => {
    if (typeof key !== "string") throw new ConfigError(`${name} must contain only strings`);
    return checkSignKey(key, name);
  });
}

function parseSwitch(value: unknown, name: string): boolean {
  if (typeof value !== "boolean") throw new ConfigError(`${name} must be true or false`);
  return value;
}

/** @param prefix what its keys are named with */
function parseWork(content: JsonObject, prefix: string): ConfiguredWork | undefined {
  const { definitions, procedure, media_process_task: task } = content;
  const found: ConfiguredWork[] = [];
  if (definitions !== undefined) {
    const list = parseDefinitions(definitions, `${prefix}definitions`);
    // An empty list starts nothing, and so excludes nothing.
    if (list.length > 0) found.push({ definitions: list });
  }
  if (procedure !== undefined) {
    const name = parseString()(procedure, `${prefix}procedure`);
    if (name !== undefined) found.push({ procedure: name });
  }
  if (task !== undefined) found.push({ mediaProcessTask: parseTask(task, `${prefix}media_process_task`) });
  if (found.length > 1)
    throw new ConfigError(`${prefix}${WORK_KEYS.join(", ")} exclude each other: set only one of them`);
  return found[0];
}

function parseTask(value: unknown, name: string): JsonObject {
  const task = parseNamed(value, name, TASK_KEYS);
  if (Object.values(task).some((set) => Array.isArray(set) && set.length > 0)) return task;
  throw new ConfigError(`${name} must have at least one item in one of ${TASK_KEYS.join(", ")}`);
}

function parseRules(value: unknown, name: string): readonly Rule[] {
  if (!Array.isArray(value)) throw new ConfigError(`${name} must be a list of rules`);
  return value.map((item: unknown, index) => {
    const at = `${name}[${index}]`;
    const rule = parseNamed(item, at, ["match", "skip", ...WORK_KEYS]);
    const match = parseNamed(rule["match"], `${at}.match`, MATCH_KEYS);
    const skip = rule["skip"] !== undefined && parseSwitch(rule["skip"], `${at}.skip`);
    const work = parseWork(rule, `${at}.`);
    if (skip === (work !== undefined))
      throw new ConfigError(`${at} must have either "skip": true or one of ${WORK_KEYS.join(", ")}`);
    return { match, ...(work && { work }) };
  });
}

/** An object with no other members than these. */
function parseNamed(value: unknown, name: string, names: readonly string[]): JsonObject {
  if (!isJsonObject(value)) throw new ConfigError(`${name} must be an object`);
  const unknown = Object.keys(value).find((key) => !names.includes(key));
  if (unknown === undefined) return value;
  throw new ConfigError(`${name} has the unknown key "${unknown}". Its keys are: ${names.join(", ")}`);
}

function parseListOf(values: readonly string[]) {
  return (value: unknown, name: string): readonly string[] =>
    parseTypes(value, (type) => values.includes(type), `${name} must be a list of ${values.join(", ")}`);
}

function parseFileTypes(value: unknown, name: string): readonly string[] {
  const rule = `${name} must be a list of types such as "mp4", without a dot`;
  return parseTypes(value, (type) => /^[A-Za-z0-9]+$/.test(type), rule).map((type) => type.toLowerCase());
}

/** An empty list could mean none or all, so it is rejected. */
function parseTypes(value: unknown, isRight: (type: string) => boolean, rule: string): readonly string[] {
  const types: unknown[] = Array.isArray(value) ? value : [];
  const isType = (type: unknown): type is string => typeof type === "string" && isRight(type);
  if (types.length > 0 && types.every(isType)) return types;
  throw new ConfigError(`${rule}, with at least one of them`);
}

function parseIdle(value: unknown, name: string): "wait" | "stop" {
  if (value === "wait" || value === "stop") return value;
  throw new ConfigError(`${name} must be "wait" or "stop"`);
}

function parseNumber(max: number, isRight = Number.isFinite) {
  return (value: unknown, name: string): number => {
    if (typeof value === "number" && value >= 1 && value <= max && isRight(value)) return value;
    const kind = isRight === Number.isInteger ? "whole number" : "number";
    throw new ConfigError(`${name} must be a ${kind} from 1 to ${max}`);
  };
}

function parsePermissions(value: unknown, name: string): readonly string[] {
  const isAction = (item: unknown): item is string =>
    typeof item === "string" && /^[a-z][a-z0-9]*:[A-Za-z]\w*$/.test(item);
  if (Array.isArray(value) && value.every(isAction)) return value;
  throw new ConfigError(
    `${name} must be a list of actions as service:Action, such as "vod:DescribeMediaInfos"`,
  );
}
