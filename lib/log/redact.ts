import { type Config, type Environment, SECRETS } from "../config";

/** Removes the secrets from a text. */
export type Redact = (text: string) => string;

const SESSION_TOKEN = "TENCENTCLOUD_SESSIONTOKEN";

/** Every variable that may hold a secret: the function's, its role's and the user's. */
export const SECRET_VARIABLES: readonly string[] = /* @__PURE__ */ SECRETS.flatMap(
  ([, ...variables]) => variables,
).concat(
  "SECRET_TOKEN",
  ...["TENCENTCLOUD_SECRETID", "TENCENTCLOUD_SECRETKEY", SESSION_TOKEN],
  ...["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_SESSION_TOKEN"],
);

/** An environment for other programs, which need no secret. */
export function environmentWithoutSecrets(env: Environment = process.env): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !SECRET_VARIABLES.includes(name)));
}

/** The secrets of a configuration and an environment, with what can be derived from them. */
export function secretsOf(config: Config | undefined, env: Environment): readonly string[] {
  const values: unknown[] = SECRETS.map(([property]) => config?.[property]);
  for (const name of SECRET_VARIABLES) values.push(env[name]);
  return values.flat().flatMap((value) => (typeof value === "string" ? [value, ...partsOf(value)] : []));
}

/** The password of a URL as it stands there and decoded; each of several signing secrets, without its prefix. */
function partsOf(secret: string): readonly string[] {
  const isUrl = secret.includes("://");
  const [, password] = (isUrl && /^[\w+.-]+:\/\/[^/?#@:]*:([^/?#]*)@/.exec(secret)) || [];
  if (password !== undefined) return [password, decoded(password)];
  if (!secret.includes("whsec_")) return [];
  return secret.split(" ").flatMap((one) => [one, one.replace("whsec_", "")]);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A shorter one may be a part of any word. */
const MIN_ANYWHERE = 4;
/** The base64 of a shorter one is too short to be distinct from other text. */
const MIN_ENCODED = 8;
const ENCODED_START = 16;
/** A signature that an error of HTTP may quote is good for some minutes. */
const SIGNATURE = "Signature=[0-9a-f]+";

/**
 * Makes a function that redacts secrets in texts; an API's message, for example, may quote what it was sent. It finds
 * them as they are, percent-encoded, escaped for JSON and within base64. A secret of fewer than 4 characters is redacted
 * only if no letter or digit is next to it.
 */
export function redactor(secrets: readonly string[]): Redact {
  // The longest first, as one may begin like another.
  const known = [...new Set(secrets)].filter((one) => one !== "").sort((a, b) => b.length - a.length);
  const encoded = known.filter((one) => one.length >= MIN_ENCODED).flatMap(base64Forms);
  const pattern = new RegExp([...known.map(patternOf), ...encoded, SIGNATURE].join("|"), "gu");
  return (text) => text.replace(pattern, "***");
}

/** The text without the secrets. */
export function redact(text: string, secrets: readonly string[]): string {
  return redactor(secrets)(text);
}

function patternOf(secret: string): string {
  const pattern = secret.replace(/[^\w-]/gu, characterPattern);
  return secret.length < MIN_ANYWHERE ? `${pattern}(?<![\\p{L}\\p{N}]${pattern})(?![\\p{L}\\p{N}])` : pattern;
}

/** A character as it is, percent-encoded or escaped, also more than once. */
function characterPattern(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const bytes = [...Buffer.from(character)].map((byte) => `%(?:25)*${hex(byte, 2)}`);
  const units = [...character.split("")].map((unit) => `\\\\+u${hex(unit.charCodeAt(0), 4)}`);
  return `(?:\\\\*\\u{${code.toString(16)}}|${bytes.join("")}|${units.join("")})`;
}

/** The digits of a number, in capitals or not. */
function hex(value: number, digits: number): string {
  const text = value.toString(16).padStart(digits, "0");
  return text.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

/** The parts of a text's base64 that do not depend on its neighbours, for each of the three alignments. */
function base64Forms(text: string): readonly string[] {
  const length = Buffer.byteLength(text);
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.from("\0".repeat(before) + text).toString("base64");
    const [first, end] = [Math.ceil((before * 8) / 6), Math.floor(((before + length) * 8) / 6)];
    // Its beginning identifies it; the rest is redacted with it.
    const start = encoded.slice(first, Math.min(end, first + ENCODED_START));
    return `${start.replace(/\+/g, "[+-]").replace(/\//g, "[/_]")}[\\w+/-]*`;
  });
}

/** JSON goes no deeper in any event; more would take the stack. */
const MAX_DEPTH = 100;

/** A JSON value with redacted strings; the names of members and numbers stay. */
export function redactValue<Value>(value: Value, redact: Redact, depth?: number): Value;
export function redactValue(value: unknown, redact: Redact, depth = MAX_DEPTH): unknown {
  if (typeof value === "string") return redact(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return null;
  if (Array.isArray(value)) return value.map((item: unknown) => redactValue(item, redact, depth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, redactValue(member, redact, depth - 1)]),
  );
}

/**
 * Redacts a function's secrets. It is made for each invocation, because the role's credentials change. If they are the
 * same, the patterns are reused.
 * @param config is called at an invocation's first text
 */
export function createRedaction(env: Environment, config: () => Config | undefined) {
  let known: { config: Config | undefined; token: string | undefined; redact: Redact } | undefined;

  function current(): Redact {
    const now = { config: config(), token: env[SESSION_TOKEN] };
    if (!known || known.config !== now.config || known.token !== now.token) {
      known = { ...now, redact: redactor(secretsOf(now.config, env)) };
    }
    return known.redact;
  }

  return (): Redact => {
    let redact: Redact | undefined;
    return (text) => {
      redact ??= current();
      return redact(text);
    };
  };
}
