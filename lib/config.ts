import { UserError } from "./errors";
import type { JsonObject } from "./json";

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

/** The properties that are secrets, each with its variables in a deployed function, whose package does not have it. */
export const SECRETS: readonly (readonly [property: keyof Config, ...variables: string[]])[] = [
  ["secretId", "SECRET_ID"],
  ["secretKey", "SECRET_KEY"],
  ["pathToken", "PATH_TOKEN"],
  ["signKeys", "SIGN_KEY", "SIGN_KEY_NEXT"],
  ["recordUrl", "RECORD_URL"],
  ["publishUrl", "PUBLISH_URL"],
  ["publishSecret", "PUBLISH_SECRET"],
];

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
