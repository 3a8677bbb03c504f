export type JsonObject = { readonly [name: string]: unknown };

/** Whether a parsed JSON value is an object: not null, not a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A sign that a number may stand in the text that JSON.parse can't keep; also found in some strings. */
const LONG_NUMBER = /[\s:,[]\d{16}/;
/** Strings, which stay as they are, and numbers. */
const TOKENS = /"(?:[^"\\]+|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * Parses JSON; whole numbers of 16 digits or more come out as strings, with every digit. Some of Tencent's
 * samples print FileIds as numbers, which are too long for JavaScript's (FACTS C).
 * @throws {SyntaxError} where the text is no JSON
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!LONG_NUMBER.test(text)) return value;
  return JSON.parse(text.replace(TOKENS, (token) => (/^\d{16,}$/.test(token) ? `"${token}"` : token)));
}
