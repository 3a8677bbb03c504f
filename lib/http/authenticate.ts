import { crypto, digest } from "../crypto";
import type { JsonObject } from "../json";
import { Refusal } from "./refusal";

/**
 * `T` is ten minutes ahead by default (docs/tencent-protocols.md#signature); the rest is for clocks that
 * differ.
 */
const MAX_VALIDITY_SECONDS = 10 * 60;
const CLOCK_ALLOWANCE_SECONDS = 60;

/**
 * Accepts a request whose path ends in the token; one slash may follow. A gateway's stage may precede it, and a missing path (some
 * invocations have none) is accepted.
 * @throws {Refusal} 404
 */
export function checkPath(path: string | undefined, token: string | undefined): void {
  if (token === undefined || path === undefined) return;
  const trimmed = path.endsWith("/") ? path.slice(0, -1) : path;
  if (!equalInConstantTime(trimmed.slice(trimmed.lastIndexOf("/") + 1), token))
    throw new Refusal(404, "Not found.");
}

/**
 * Checks `Sign` = MD5(key + T) of a notification, where T is the UNIX second at which it expires
 * (ModifyEventConfig.SignKey). No official sample shows their place: read from the body's top level, else
 * from the query.
 * @param keys all valid keys; if it is empty, nothing is checked
 * @param nowMs milliseconds since 1970
 * @throws {Refusal} 403
 */
export function checkSign(body: JsonObject, query: JsonObject, keys: readonly string[], nowMs: number): void {
  if (keys.length === 0) return;
  const sign = body["Sign"] ?? query["Sign"];
  const expiry = wholeSeconds(body["T"] ?? query["T"]);
  if (typeof sign !== "string" || expiry === undefined)
    throw new Refusal(403, "Sign or T is missing or malformed.");
  const ahead = Number(expiry) - nowMs / 1000;
  if (ahead < 0) throw new Refusal(403, "T has expired.");
  if (ahead > MAX_VALIDITY_SECONDS + CLOCK_ALLOWANCE_SECONDS) throw new Refusal(403, "T is too far ahead.");
  const lowerCase = sign.toLowerCase();
  const right = keys.filter((key) =>
    equalInConstantTime(lowerCase, digest("md5", key + expiry).toString("hex")),
  );
  if (right.length === 0) throw new Refusal(403, "Sign is wrong.");
}

/** A notification without its `Sign` and `T`, which only `callback` may see. */
export function withoutSign(notification: JsonObject): JsonObject {
  const { Sign: _sign, T: _expiry, ...event } = notification;
  return event;
}

function wholeSeconds(value: unknown): string | undefined {
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  return typeof value === "string" && /^\d{1,15}$/.test(value) ? value : undefined;
}

/** The time taken does not reveal where the texts differ; the expected length is not a secret. */
function equalInConstantTime(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && crypto().timingSafeEqual(one, other);
}
