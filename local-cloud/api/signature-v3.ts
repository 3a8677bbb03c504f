import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { type Authorization, parseAuthorization } from "./authorization";
import { checkHost, spokenHosts } from "./host";
import type { RequestForm } from "./request-form";
import {
  type Caller,
  checkTime,
  checkToken,
  type FindCredential,
  headerOf,
  requireCredential,
  type SignedRequest,
  signatureFailure,
} from "./signed-request";

/** A client that does not hash its body signs these words instead, and sends them in X-TC-Content-SHA256. */
const UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

/**
 * Checks a request by "Signature v3" (TC3-HMAC-SHA256) of Tencent's API documents.
 * @param nowMs the server's clock
 * @throws {ApiError} MissingParameter or InvalidParameter (X-TC-Timestamp), AuthFailure.InvalidAuthorization,
 * .SignatureExpire, .SecretIdNotFound, .SignatureFailure, .TokenFailure
 */
export function verifySignatureV3(
  request: SignedRequest,
  { common }: RequestForm,
  find: FindCredential,
  nowMs: number,
): Caller {
  const authorization = parseAuthorization(headerOf(request, "authorization"));
  const timestamp = common.require("Timestamp");
  const timeMs = checkTime(timestamp, nowMs);
  if (new Date(timeMs).toISOString().slice(0, 10) !== authorization.date) {
    throw signatureFailure("The credential scope's date is not the UTC date of X-TC-Timestamp.");
  }
  checkHost(headerOf(request, "host"), authorization.service);
  const credential = requireCredential(authorization.secretId, find);
  const given = Buffer.from(authorization.signature, "hex");
  const matches = canonicalRequests(request, authorization)
    .map((canonical) => sign(canonical, timestamp, authorization, credential.secretKey))
    .map((signature) => timingSafeEqual(signature, given));
  if (!matches.includes(true)) throw signatureFailure();
  checkToken(common.get("Token"), credential);
  return { secretId: authorization.secretId };
}

/** More than one if the Host header has a port: some SDKs sign the host without it. */
function canonicalRequests(request: SignedRequest, { signedHeaders }: Authorization): string[] {
  const { method, path, query, body } = request;
  const isUnsigned = headerOf(request, "x-tc-content-sha256") === UNSIGNED_PAYLOAD;
  const payload = isUnsigned ? UNSIGNED_PAYLOAD : body;
  return spokenHosts(headerOf(request, "host")).map((host) => {
    const headers = signedHeaders.map((name) => {
      const value = name === "host" ? host : headerOf(request, name);
      if (value === undefined) throw signatureFailure(`The signed header ${name} is missing.`);
      return `${name}:${value.trim().toLowerCase()}\n`;
    });
    return [method, path, query, headers.join(""), signedHeaders.join(";"), sha256(payload)].join("\n");
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
