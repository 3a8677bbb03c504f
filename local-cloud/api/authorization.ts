import { ApiError } from "./error";

/** What the `Authorization` header of a TC3-HMAC-SHA256 request says. */
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
 * @throws {ApiError} AuthFailure.SignatureFailure where it is absent or has another form
 */
export function parseAuthorization(header: string | undefined): Authorization {
  if (header === undefined) throw signatureFailure("The Authorization header is missing.");
  const [, secretId, date, service, names, signature] = form.exec(header) ?? [];
  if (!secretId || !date || !service || !names || !signature) {
    throw signatureFailure("The Authorization header is malformed.");
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

/** The official refusal of a wrong signature; `reason` is added where it gives nothing away. */
export function signatureFailure(reason = ""): ApiError {
  const message = "The provided credentials could not be validated. Please check your signature is correct.";
  return new ApiError("AuthFailure.SignatureFailure", `${message} ${reason}`.trim());
}
