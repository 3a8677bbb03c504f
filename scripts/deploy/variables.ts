import { randomInt } from "node:crypto";
import { checkPathToken, checkSignKey } from "../../lib/config";
import { parseConfig } from "../../lib/config/keys";
import type { JsonObject } from "../../lib/json";
import { CONFIG_DIGEST, configDigest } from "../cloud/config-digest";
import type { EntryPoint } from "../cloud/function-names";
import { MARKER, type RemoteFunction } from "../cloud/remote-function";
import { SETTINGS } from "./kept-settings";
import type { FunctionSpec } from "./serverless-file";

type Variables = Readonly<Record<string, string>>;

/** The variables that deploying owns: it removes those that it does not set. The others are the user's. */
const OURS = [
  MARKER,
  "CODE_DIGEST",
  "PATH_TOKEN",
  "SIGN_KEY",
  "SIGN_KEY_NEXT",
  "SIGN_KEY_SINCE",
  "SECRET_ID",
  "SECRET_KEY",
  "SUBAPPID",
  "DEFINITIONS",
  CONFIG_DIGEST,
  "RETRY_FUNCTION",
  "CONCURRENCY",
  ...SETTINGS,
];

/** Where the secrets of a function come from. */
export interface SecretSources {
  /** `config.json` with `config.local.json` over it. */
  readonly config: JsonObject;
  /** The user's variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The key pair for the function, if no role can be created. */
  readonly keys: { readonly secretId: string; readonly secretKey: string } | undefined;
  /** What every function gets (kept-settings.ts). */
  readonly settings: Variables;
}

/**
 * All variables of a function; the user's own stay. SUBAPPID, DEFINITIONS and CONCURRENCY are for later commands.
 * @param now the function's current variables; none before it exists
 * @throws if a token or a key is malformed
 */
export function variablesFor(
  entryPoint: EntryPoint,
  spec: FunctionSpec,
  digest: string,
  now: Variables,
  sources: SecretSources,
): Variables {
  const { config, keys, settings } = sources;
  const parsed = parseConfig(config);
  const { subAppId, work } = parsed;
  return {
    ...usersOwn(now),
    ...spec.environment?.variables,
    [MARKER]: entryPoint,
    CODE_DIGEST: digest,
    // The other entry points have no address and trust their input.
    ...(entryPoint === "callback" && { ...admissionFor(now, sources), ...concurrencyFor(now, sources) }),
    ...(subAppId === undefined ? {} : { SUBAPPID: String(subAppId) }),
    ...(work?.definitions && { DEFINITIONS: work.definitions.join(",") }),
    [CONFIG_DIGEST]: configDigest(parsed),
    ...(keys && { SECRET_ID: keys.secretId, SECRET_KEY: keys.secretKey }),
    ...settings,
  };
}

function usersOwn(now: Variables): Variables {
  return Object.fromEntries(Object.entries(now).filter(([name]) => !OURS.includes(name)));
}

/**
 * What a function has and its description does not name: set in the console, or taken out of `serverless.yml`, which
 * cannot be distinguished. Deploying keeps it.
 * @returns the names of variables
 */
export function unnamedVariables({ variables }: RemoteFunction, spec: FunctionSpec): string[] {
  const named = spec.environment?.variables ?? {};
  return Object.keys(usersOwn(variables)).filter((name) => !(name in named));
}

/**
 * The path token and sign keys that a request must have. Those that are not set are read back from the function, so
 * that its address stays. An empty variable removes its sign key; an empty SIGN_KEY also removes the second key,
 * which may be an old one that VOD no longer signs with.
 */
function admissionFor(now: Variables, { config, env }: SecretSources): Variables {
  const [firstKey, secondKey] = Array.isArray(config["sign_keys"]) ? config["sign_keys"] : [];
  const signKey = env["SIGN_KEY"] ?? firstNonEmpty(firstKey, now["SIGN_KEY"]);
  const kept = env["SIGN_KEY"] === "" ? undefined : firstNonEmpty(secondKey, now["SIGN_KEY_NEXT"]);
  const nextKey = env["SIGN_KEY_NEXT"] ?? kept;
  const token = firstNonEmpty(env["PATH_TOKEN"], config["path_token"], now["PATH_TOKEN"]) ?? newToken();
  const since = now["SIGN_KEY_SINCE"];
  const sameKeys = signKey === now["SIGN_KEY"] && nextKey === now["SIGN_KEY_NEXT"];
  return {
    PATH_TOKEN: checkPathToken(token, "path_token"),
    ...(signKey && { SIGN_KEY: checkSignKey(signKey, "SIGN_KEY") }),
    ...(nextKey && { SIGN_KEY_NEXT: checkSignKey(nextKey, "SIGN_KEY_NEXT") }),
    ...(since && sameKeys && { SIGN_KEY_SINCE: since }),
  };
}

/** The limit that the user has set, now or at an earlier deployment; an empty variable removes it. */
function concurrencyFor(now: Variables, { env }: SecretSources): Variables {
  const limit = env["CONCURRENCY"] ?? now["CONCURRENCY"];
  return limit ? { CONCURRENCY: limit } : {};
}

/** At least 16 characters that need no escaping in an address; a dot at an end could be read as a folder. */
const STRONG_TOKEN = /^(?=.{16})[\w~-][\w.~-]*[\w~-]$/;

/** How to replace a path token without losing track of VOD. */
const ROTATE_TOKEN =
  "Rotate it: PATH_TOKEN=$(openssl rand -hex 16) bash installer.sh, then ./vod-receiver event-config --yes --replace";

/** What is wrong with a path token from an earlier version, and the remedy; undefined if nothing is. */
export function weaknessOf(token: string | undefined): { problem: string; remedy: string } | undefined {
  if (token === undefined || STRONG_TOKEN.test(token)) return undefined;
  const problem =
    "The path token of the service address is weak: it has fewer than 16 characters or a dot at an end.";
  return { problem, remedy: ROTATE_TOKEN };
}

/** The first non-empty string. */
function firstNonEmpty(...values: unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === "string" && value !== "");
}

/** A letter and 31 letters or digits: 190 bits that need no escaping anywhere and that VOD accepts as a key. */
export function newToken(): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const all = `${letters}0123456789`;
  const pick = (from: string) => from.charAt(randomInt(from.length));
  return pick(letters) + Array.from({ length: 31 }, () => pick(all)).join("");
}
