import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { type Authorization, parseAuthorization, signatureFailure } from "./authorization";
import { ApiError } from "./error";
import { checkHost, spokenHosts } from "./host";

export interface Credential {
  readonly secretId: string;
  readonly secretKey: string;
  /** Temporary credentials have one, and every request must carry it. */
  readonly token?: string;
}

export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  /** What follows the question mark; empty where there is none. */
  readonly query: string;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface Caller {
  readonly secretId: string;
}

const toleranceMs = 5 * 60 * 1000;

/**
 * Checks a request as "Signature v3" (TC3-HMAC-SHA256) of Tencent's API documents says, and tells whose it is
 * and for which service. `find` gives the credential of a SecretId; `nowMs` is the server's clock.
 * @throws {ApiError} MissingParameter or InvalidParameter (X-TC-Timestamp), AuthFailure.SignatureExpire,
 * .SecretIdNotFound, .SignatureFailure, .TokenFailure
 */
export function verifySignature(
  request: SignedRequest,
  find: (secretId: string) => Credential | undefined,
  nowMs: number,
): Caller & { readonly service: string } {
  const authorization = parseAuthorization(headerOf(request, "authorization"));
  const timestamp = checkTime(headerOf(request, "x-tc-timestamp"), authorization.date, nowMs);
  checkHost(headerOf(request, "host"), authorization.service);
  const credential = find(authorization.secretId);
  if (!credential) {
    throw new ApiError(
      "AuthFailure.SecretIdNotFound",
      "The SecretId is not found, please ensure that it is correct.",
    );
  }
  const given = Buffer.from(authorization.signature, "hex");
  const matches = canonicalRequests(request, authorization)
    .map((canonical) => sign(canonical, timestamp, authorization, credential.secretKey))
    .map((signature) => timingSafeEqual(signature, given));
  if (!matches.includes(true)) throw signatureFailure();
  checkToken(headerOf(request, "x-tc-token"), credential.token);
  return { service: authorization.service, secretId: authorization.secretId };
}

/** A header's value, by its name in lower case. */
export function headerOf(request: SignedRequest, name: string): string | undefined {
  const value = Object.hasOwn(request.headers, name) ? request.headers[name] : undefined;
  return Array.isArray(value) ? value.join(", ") : value;
}

function checkTime(timestamp: string | undefined, date: string, nowMs: number): string {
  if (timestamp === undefined) {
    throw new ApiError("MissingParameter", "The request is missing a required parameter `X-TC-Timestamp`.");
  }
  if (!/^\d{1,12}$/.test(timestamp)) {
    throw new ApiError("InvalidParameter", "The parameter `X-TC-Timestamp` must be seconds since 1970.");
  }
  const timeMs = Number(timestamp) * 1000;
  if (Math.abs(nowMs - timeMs) > toleranceMs) {
    throw new ApiError(
      "AuthFailure.SignatureExpire",
      "Your signature has expired: X-TC-Timestamp and the server's time differ by more than five minutes.",
    );
  }
  if (new Date(timeMs).toISOString().slice(0, 10) !== date) {
    throw signatureFailure("The credential scope's date is not the UTC date of X-TC-Timestamp.");
  }
  return timestamp;
}

/** More than one where the Host header has a port: some SDKs sign the host without it. */
function canonicalRequests(request: SignedRequest, { signedHeaders }: Authorization): string[] {
  const { method, path, query, body } = request;
  return spokenHosts(headerOf(request, "host")).map((host) => {
    const headers = signedHeaders.map((name) => {
      const value = name === "host" ? host : headerOf(request, name);
      if (value === undefined) throw signatureFailure(`The signed header ${name} is missing.`);
      return `${name}:${value.trim().toLowerCase()}\n`;
    });
    return [method, path, query, headers.join(""), signedHeaders.join(";"), sha256(body)].join("\n");
  });
}

function sign(
  canonical: string,
  timestamp: string,
  { date, service }: Authorization,
  secretKey: string,
): Buffer {
  const scope = `${date}/${service}/tc3_request`;
  const stringToSign = ["TC3-HMAC-SHA256", timestamp, scope, sha256(canonical)].join("\n");
  return [date, service, "tc3_request", stringToSign].reduce(hmac, Buffer.from(`TC3${secretKey}`));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

function checkToken(given = "", expected = ""): void {
  const equal = timingSafeEqual(Buffer.from(sha256(given)), Buffer.from(sha256(expected)));
  if (!equal) throw new ApiError("AuthFailure.TokenFailure", "The token does not belong to the SecretId.");
}
