import { readForm } from "./request-form";
import { verifySignatureV1 } from "./signature-v1";
import { verifySignatureV3 } from "./signature-v3";
import type { Caller, FindCredential, SignedRequest } from "./signed-request";

export type { Caller, Credential, SignedRequest } from "./signed-request";

/**
 * Checks a request's signature, by whichever of the documented methods it was made.
 * @param nowMs the server's clock
 * @throws {ApiError} as verifySignatureV1 and verifySignatureV3 do
 */
export function verifySignature(
  request: SignedRequest,
  find: FindCredential,
  nowMs: number,
  form = readForm(request),
): Caller {
  const verify = form.isV1 ? verifySignatureV1 : verifySignatureV3;
  return verify(request, form, find, nowMs);
}
