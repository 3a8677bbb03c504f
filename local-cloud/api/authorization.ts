import { ApiError } from "./error";
import { signatureFailure } from "./signed-request";

/** The `Authorization` header of a TC3-HMAC-SHA256 request. */
export interface Authorization {
  readonly secretId: string;
  /** UTC, `YYYY-MM-DD`. */
  readonly date: string;
  readonly service: string;
  /** In lower case, sorted, each once; `content-type` and `host` are among them. */
  readonly signedHeaders: readonly string[];
  /** 64 hex digits in lower case. */
  readonly signature: string;
}

const form =
  /^TC3-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{4}-\d{2}-\d{2})\/([a-z0-9-]+)\/tc3_request, ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})$/;

/**
 * Reads `TC3-HMAC-SHA256 Credential=<SecretId>/<date>/<service>/tc3_request, SignedHeaders=…, Signature=…`,
 * the form that "Signature v3" of Tencent's API documents fixes.
 * @throws {ApiError} AuthFailure.InvalidAuthorization if it is absent or has another form,
 * AuthFailure.SignatureFailure if it lists its headers wrongly
 */
export function parseAuthorization(header: string | undefined): Authorization {
  if (header === undefined) throw invalid("missing");
  const [, secretId, date, service, names, signature] = form.exec(header) ?? [];
  if (!secretId || !date || !service || !names || !signature) {
    throw invalid("malformed");
  }
  const signedHeaders = names.split(";");
  for (const name of ["content-type", "host"]) {
    if (!signedHeaders.includes(name)) throw signatureFailure(`The header ${name} must be signed.`);
  }
  const inOrder = [...new Set(signedHeaders)].sort().join(";").toLowerCase();
  if (inOrder !== names) {
    throw signatureFailure("SignedHeaders must be in lower case and sorted, each header once.");
  }
  return { secretId, date, service, signedHeaders, signature };
}

function invalid(how: string): ApiError {
  return new ApiError("AuthFailure.InvalidAuthorization", `The Authorization header is ${how}.`);
}
