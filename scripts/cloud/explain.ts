import { escapeControls } from "../../lib/log/log";
import { CallError } from "./account";

/** What a person can do about an error code of Tencent Cloud's API; the first that fits counts. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /^AuthFailure\.(SecretIdNotFound|InvalidSecretId|SignatureFailure|TokenFailure)/,
    "SECRET_ID or SECRET_KEY is wrong. Your keys are at https://console.cloud.tencent.com/cam/capi",
  ],
  [
    /^AuthFailure\.SignatureExpire/,
    "This machine's clock is more than five minutes off. Set it and try again.",
  ],
  [
    /^(UnauthorizedOperation|AuthFailure\.UnauthorizedOperation)/,
    "The key may not do that. Give its user the policies QcloudSCFFullAccess and QcloudVODFullAccess, or use the account's own key.",
  ],
  [
    /^FailedOperation\.(UnOpenedService|OpenService)/,
    "SCF is not activated. Open https://console.cloud.tencent.com/scf once, agree, and try again.",
  ],
  [
    /^FailedOperation\.InvalidVodUser/,
    "VOD is not activated. Open https://console.cloud.tencent.com/vod once, agree, and try again.",
  ],
  [
    /^FailedOperation\.(AccountInsufficient|InsufficientBalance)/,
    "The account is in arrears. Top it up and try again.",
  ],
  [/^LimitExceeded\.Namespace/, "The region is full of namespaces. Name one that exists: NAMESPACE=default"],
  [/^LimitExceeded\.Function/, "The namespace is full of functions. Name another one: NAMESPACE=…"],
  [
    /^(FailedOperation\.QcsRoleNotFound|ResourceNotFound\.Role)/,
    "The role does not exist. Set ROLE to one that does.",
  ],
  [
    /^(RequestLimitExceeded|InternalError)/,
    "Tencent Cloud went on refusing for a minute. Wait a while and run this again.",
  ],
  [
    /^FailedOperation\.(FunctionStatusError|OperationConflict)/,
    "Another change of the function is under way. Run this again when it has ended.",
  ],
  [
    /^UnsupportedRegion|^UnauthorizedOperation\.Region/,
    "Set REGION to a region that has SCF, such as ap-guangzhou.",
  ],
];

/**
 * An error in words for a person: what was being done, what is wrong, and what to do.
 * @returns lines, of which none comes from an API message
 */
export function explain(error: unknown): string {
  if (!(error instanceof CallError)) return error instanceof Error ? error.message : String(error);
  const { action, code, requestId } = error;
  const message = escapeControls(error.message);
  if (code === undefined)
    return `${action} failed: Tencent Cloud could not be reached (${message}). Try again.`;
  const advice = ADVICE.find(([pattern]) => pattern.test(code))?.[1];
  const lines = [`${action} failed with ${code}: ${message}`, advice, requestId && `RequestId: ${requestId}`];
  return lines.filter(Boolean).join("\n");
}
