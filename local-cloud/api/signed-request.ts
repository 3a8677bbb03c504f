import { createHash, timingSafeEqual } from "node:crypto";
import { ApiError } from "./error";

export interface Credential {
  readonly secretId: string;
  readonly secretKey: string;
  /** Temporary credentials have one, and every request must carry it. */
  readonly token?: string;
}

/** Finds the credential of a SecretId. */
export type FindCredential = (secretId: string) => Credential | undefined;

export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  /** What follows the question mark; empty without one. */
  readonly query: string;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface Caller {
  readonly secretId: string;
}

const TOLERANCE_MS = 5 * 60 * 1000;

/** A header's value, by its name in lower case. */
export function headerOf(request: Pick<SignedRequest, "headers">, name: string): string | undefined {
  const value = Object.hasOwn(request.headers, name) ? request.headers[name] : undefined;
  return Array.isArray(value) ? value.join(", ") : value;
}

/**
 * Checks the time that a request was signed at, in seconds since 1970, against the server's clock.
 * @returns the time in milliseconds
 * @throws {ApiError} InvalidParameter, AuthFailure.SignatureExpire
 */
export function checkTime(timestamp: string, nowMs: number): number {
  if (!/^\d{1,12}$/.test(timestamp)) {
    throw new ApiError("InvalidParameter", "The timestamp must be the seconds since 1970.");
  }
  const timeMs = Number(timestamp) * 1000;
  if (Math.abs(nowMs - timeMs) <= TOLERANCE_MS) return timeMs;
  throw new ApiError(
    "AuthFailure.SignatureExpire",
    "Your signature has expired: its timestamp and the server's time differ by more than five minutes.",
  );
}

/** @throws {ApiError} AuthFailure.SecretIdNotFound */
export function requireCredential(secretId: string, find: FindCredential): Credential {
  const credential = find(secretId);
  if (credential) return credential;
  const message = "The SecretId is not found, please ensure that it is correct.";
  throw new ApiError("AuthFailure.SecretIdNotFound", message);
}

/** @throws {ApiError} AuthFailure.TokenFailure unless the token belongs to the credential */
export function checkToken(given: string | undefined, { token }: Credential): void {
  if (isEqual(given ?? "", token ?? "")) return;
  throw new ApiError("AuthFailure.TokenFailure", "The token does not belong to the SecretId.");
}

/** The official refusal of a wrong signature; `reason` is added if it gives nothing away. */
export function signatureFailure(reason = ""): ApiError {
  const message = "The provided credentials could not be validated. Please check your signature is correct.";
  return new ApiError("AuthFailure.SignatureFailure", `${message} ${reason}`.trim());
}

/** Compares secrets in constant time. */
export function isEqual(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
