import { readFileSync } from "node:fs";
import { UserError } from "./errors";
import { isJsonObject, type JsonObject } from "./json";

/** A `config.json`, checked. What is unset is absent. */
export interface Config {
  readonly secretId?: string;
  readonly secretKey?: string;
  readonly region: string;
  /** What an upload starts, unless a rule says otherwise; nothing if it is absent. */
  readonly work?: ConfiguredWork;
  /** Types of event that start it. */
  readonly events: readonly string[];
  /** The categories of files that are processed. */
  readonly categories: readonly string[];
  /** Leaves out preset templates that are taller than the source. */
  readonly skipUpscaling: boolean;
  /** In order; the first that matches counts. */
  readonly rules: readonly Rule[];
  readonly subAppId?: number;
  readonly pathToken?: string;
  /** The keys of `Sign`; two during a rotation. */
  readonly signKeys: readonly string[];
  /** The URL of the database that events are recorded in. */
  readonly recordUrl?: string;
  /** A file with the certificates that the database's is verified with. */
  readonly recordCa?: string;
  /** Where event reports are sent, and the secrets that they are signed with. */
  readonly publishUrl?: string;
  readonly publishSecret?: string;
  /** The filters of uploads, from here to `fileTypes`. */
  readonly skipWithTaskFlow: boolean;
  readonly sourceTypes?: readonly string[];
  /** In lower case. */
  readonly fileTypes?: readonly string[];
  /** Whether a run over the reliable callback's queue waits for events when the queue is empty. */
  readonly idle: "wait" | "stop";
  /** How often the reliable callback may deliver an event before it is parked. */
  readonly maxDeliveries: number;
  /** The maximum number of calls of one API action a second. */
  readonly callsPerSecond: number;
  /** Further API actions that the functions' role allows, such as `vod:DescribeMediaInfos`. */
  readonly permissions?: readonly string[];
}

/** Exactly one of these. */
export interface ConfiguredWork {
  /** Transcoding templates, one `TranscodeTaskSet` item each. */
  readonly definitions?: readonly number[];
  readonly procedure?: string;
  readonly mediaProcessTask?: JsonObject;
}

/** What certain files start instead. */
export interface Rule {
  /** Conditions, with the keys of `config.json`; all must hold. */
  readonly match: JsonObject;
  /** Absent if the files are skipped. */
  readonly work?: ConfiguredWork;
}

/** A process's environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A mistake in a `config.json` or in a variable of the environment. */
export class ConfigError extends UserError {
  override readonly name = "ConfigError";
}

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
 * Reads and checks a configuration file.
 * @param file its path
 * @throws {ConfigError} if a key is wrong; the message has the file and the key
 */
export function parseConfFile(file: string): Config {
  return namingFile(file, () => parseConfig(readJson(file)));
}

/** @throws {ConfigError} with the file's name, if the work throws */
export function namingFile<Result>(file: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw new ConfigError(`${file}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

/**
 * Reads a JSON file that may hold secrets: Node's own message would quote the text around a mistake.
 * @throws {ConfigError} if it is not JSON
 */
export function readJson(file: string): unknown {
  // Editors on Windows begin a file with a mark.
  const text = readFileSync(file, "utf8").replace(/^\ufeff/, "");
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigError("the file is not valid JSON");
  }
}

/** A key of `config.json`. */
interface ConfigKey {
  readonly name: string;
  readonly property: keyof Config;
  /** For a secret: its variables in a deployed function, whose package does not have it. */
  readonly variables: readonly string[];
  /** Checks the value and puts it into the configuration. @throws {ConfigError} naming the key */
  readonly read: (content: JsonObject, config: MutableConfig) => void;
}

type MutableConfig = { -readonly [Name in keyof Config]: Config[Name] };

function key<Name extends keyof Config>(
  name: string,
  property: Name,
  parse: (value: unknown, name: string) => MutableConfig[Name] | undefined,
  variables: readonly string[] = [],
): ConfigKey {
  return {
    name,
    property,
    variables,
    read(content, config) {
      const value = content[name] === undefined ? undefined : parse(content[name], name);
      if (value !== undefined) config[property] = value;
    },
  };
}

/** The keys of the work exclude each other. */
function workKey(name: string): ConfigKey {
  return {
    ...{ name, property: "work", variables: [] },
    read(content, config) {
      const work = parseWork(content, "");
      if (work) config.work = work;
    },
  };
}

/** All keys, with everything that is known about each. */
export const CONFIG_KEYS: readonly ConfigKey[] = [
  key("secret_id", "secretId", parseString(checkCredential), ["SECRET_ID"]),
  key("secret_key", "secretKey", parseString(checkCredential), ["SECRET_KEY"]),
  key("region", "region", parseString()),
  ...WORK_KEYS.map((name) => workKey(name)),
  key("events", "events", parseListOf(EVENTS)),
  key("categories", "categories", parseListOf(CATEGORIES)),
  key("skip_upscaling", "skipUpscaling", parseSwitch),
  key("rules", "rules", parseRules),
  key("subappid", "subAppId", parseSubAppId),
  key("path_token", "pathToken", parseString(checkPathToken), ["PATH_TOKEN"]),
  key("sign_keys", "signKeys", parseSignKeys, ["SIGN_KEY", "SIGN_KEY_NEXT"]),
  key("record_url", "recordUrl", parseString(), ["RECORD_URL"]),
  key("publish_url", "publishUrl", parseString(), ["PUBLISH_URL"]),
  key("publish_secret", "publishSecret", parseString(), ["PUBLISH_SECRET"]),
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

/**
 * Overrides the file's secrets with `PATH_TOKEN`, `SIGN_KEY`, `SIGN_KEY_NEXT` and those of the sinks: `deploy`
 * puts secrets into the environment.
 * @throws {ConfigError} if a variable is wrong; the message has its name
 */
export function withEnvironment(config: Config, env: Environment): Config {
  const token = env["PATH_TOKEN"];
  const keys = ["SIGN_KEY", "SIGN_KEY_NEXT"].flatMap((name) => {
    const key = env[name];
    return key ? [checkSignKey(key, name)] : [];
  });
  return {
    ...withSinks(config, env),
    ...(token ? { pathToken: checkPathToken(token, "PATH_TOKEN") } : {}),
    ...(keys.length > 0 ? { signKeys: keys } : {}),
  };
}

/** Overrides the settings of the sinks with their variables. */
export function withSinks(config: Config, env: Environment): Config {
  const { RECORD_URL: recordUrl, RECORD_CA: recordCa } = env;
  const { PUBLISH_URL: publishUrl, PUBLISH_SECRET: publishSecret } = env;
  return {
    ...config,
    ...(recordUrl && { recordUrl }),
    ...(recordCa && { recordCa }),
    ...(publishUrl && { publishUrl }),
    ...(publishSecret && { publishSecret }),
  };
}

/** A token must need no escaping in the path of an address. */
export function checkPathToken(token: string, name: string): string {
  if (/^[A-Za-z0-9._~-]+$/.test(token)) return token;
  throw new ConfigError(`${name} must contain only letters, digits and . _ ~ -`);
}

/** The form of a key in VOD (ModifyEventConfig.SignKey). */
export function checkSignKey(key: string, name: string): string {
  if (/^[A-Za-z0-9]{1,32}$/.test(key)) return key;
  throw new ConfigError(`${name} must be 1 to 32 letters and digits`);
}

/**
 * Checks an API credential. Errors of HTTP would quote one that was copied with a line end.
 * @throws {ConfigError} if it is malformed; the message has the key or variable, never the value
 */
export function checkCredential(value: string, name: string): string {
  if (/^[!-~]+$/.test(value)) return value;
  throw new ConfigError(
    `${name} contains white space or a character that no key has. Copy it again from the API keys in the console`,
  );
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
