import { createHmac } from "node:crypto";
import type { Pair } from "./flat-parameters";
import { spokenHosts } from "./host";
import type { RequestForm } from "./request-form";
import {
  type Caller,
  checkTime,
  checkToken,
  type FindCredential,
  headerOf,
  isEqual,
  requireCredential,
  type SignedRequest,
  signatureFailure,
} from "./signed-request";

/**
 * Checks a request with docs/tencent-protocols.md#signature-v1: HMAC-SHA1, or HMAC-SHA256 if SignatureMethod is
 * HmacSHA256, over the method, host, path and all parameters sorted by name.
 * @param nowMs the server's clock
 * @throws {ApiError} MissingParameter, InvalidParameter, AuthFailure.SignatureExpire, .SecretIdNotFound,
 * .SignatureFailure, .TokenFailure
 */
export function verifySignatureV1(
  request: SignedRequest,
  { common, pairs = [] }: RequestForm,
  find: FindCredential,
  nowMs: number,
): Caller {
  const secretId = common.require("SecretId");
  const given = common.require("Signature");
  common.require("Nonce");
  checkTime(common.require("Timestamp"), nowMs);
  const credential = requireCredential(secretId, find);
  const algorithm = common.get("SignatureMethod") === "HmacSHA256" ? "sha256" : "sha1";
  const text = signedText(pairs);
  const isRight = spokenHosts(headerOf(request, "host")).some((host) => {
    const source = `${request.method}${host}${request.path}?${text}`;
    return isEqual(createHmac(algorithm, credential.secretKey).update(source).digest("base64"), given);
  });
  if (!isRight) throw signatureFailure();
  checkToken(common.get("Token"), credential);
  return { secretId };
}

function signedText(pairs: readonly Pair[]): string {
  return pairs
    .filter(([name]) => name !== "Signature")
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}
