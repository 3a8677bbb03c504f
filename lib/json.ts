export type JsonObject = { readonly [name: string]: unknown };

/** Whether a parsed JSON value is an object: not null, not a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Digits of a whole number that JavaScript's numbers may not hold. */
const LONG = 16;
/** Strings, which stay as they are, and numbers. */
const TOKENS = /"(?:[^"\\]+|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * Parses JSON; whole numbers of 16 digits or more come out as strings, with every digit. Some of Tencent's
 * samples print FileIds as numbers, which are too long for JavaScript's (docs/tencent-protocols.md#file-ids).
 * @throws {SyntaxError} if the text is not JSON
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!mayHoldLongNumber(text)) return value;
  return JSON.parse(text.replace(TOKENS, (token) => (/^\d{16,}$/.test(token) ? `"${token}"` : token)));
}

/** What may stand before a number in JSON. */
const BEFORE_NUMBER = "[,: \t\r\n";

/**
 * Whether the text may have a number that JSON.parse can't keep; also true for some strings. A search for 16 digits in
 * a row would take longer than parsing. This checks one in sixteen characters, because each such row has one of them.
 */
function mayHoldLongNumber(text: string): boolean {
  for (let at = LONG - 1; at < text.length; at += LONG) {
    if (!isDigit(text, at)) continue;
    let start = at;
    while (isDigit(text, start - 1)) start -= 1;
    while (isDigit(text, at)) at += 1;
    if (at - start >= LONG && BEFORE_NUMBER.includes(text.charAt(start - 1))) return true;
  }
  return false;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

/** A value without its nulls, the members of objects in the order of their names. */
export function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(canonical);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .filter((name) => value[name] !== null && value[name] !== undefined)
      .sort()
      .map((name) => [name, canonical(value[name])]),
  );
}
