import { escapeControls } from "../../lib/log/log";
import { CallError, isLocalCloudGone } from "./account";
import { consoleUrl } from "./site";

/** What a user can do about an error code of Tencent Cloud's API; the first match counts. <console> is that of the site. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /^AuthFailure\.TokenFailure/,
    "SECRET_TOKEN is wrong, missing or expired. Get new temporary keys, and set all three: SECRET_ID, SECRET_KEY, SECRET_TOKEN.",
  ],
  [
    /^AuthFailure\.(SecretIdNotFound|InvalidSecretId|SignatureFailure)/,
    "SECRET_ID or SECRET_KEY is wrong. Copy your keys from <console>/cam/capi",
  ],
  [
    /^AuthFailure\.SignatureExpire/,
    "This machine's clock is wrong by more than five minutes. Set it, then run this again.",
  ],
  [
    /^(UnauthorizedOperation|AuthFailure\.UnauthorizedOperation)/,
    "These credentials lack the permission. Grant their CAM user docs/examples/deploying-key-policy.json, or QcloudSCFFullAccess and QcloudVODFullAccess.",
  ],
  [
    /^FailedOperation\.(UnOpenedService|OpenService)/,
    "SCF is not activated. Activate it at <console>/scf, then run this again.",
  ],
  [
    /^FailedOperation\.InvalidVodUser/,
    "VOD is not activated. Activate it at <console>/vod, then run this again.",
  ],
  [
    /^FailedOperation\.(AccountInsufficient|InsufficientBalance)/,
    "The account is in arrears. Top it up, then run this again.",
  ],
  [
    /^LimitExceeded\.Namespace/,
    "The region has the maximum number of namespaces. Use an existing one: NAMESPACE=default",
  ],
  [
    /^LimitExceeded\.Function/,
    "The namespace has the maximum number of functions. Use another one: NAMESPACE=…",
  ],
  [
    /^(FailedOperation\.QcsRoleNotFound|ResourceNotFound\.Role)/,
    "The role does not exist. Set ROLE to an existing role.",
  ],
  [
    /^(RequestLimitExceeded|InternalError)/,
    "Tencent Cloud rejected every attempt for a minute. Wait some minutes, then run this again.",
  ],
  [
    /^FailedOperation\.(FunctionStatusError|OperationConflict)/,
    "Another change of the function is in progress. Run this again when it has ended.",
  ],
  [
    /^InvalidAction/,
    "This API host lacks the action. For an account of the international site try another host: " +
      "API_DOMAIN=intl.tencentcloudapi.com, or none (docs/install.md#the-international-site).",
  ],
  [
    /^UnsupportedRegion|^UnauthorizedOperation\.Region/,
    "Set REGION to a region that has SCF, such as ap-guangzhou.",
  ],
];

function hasProxy(): boolean {
  return Object.entries(process.env).some(([name, value]) => /^(https|all)_proxy$/i.test(name) && value);
}

/** Every command goes on where it stopped. */
const RUN_AGAIN =
  "Run this again: it goes on where it stopped. If it fails in the same way, search for the code in Tencent Cloud's API " +
  "documents, or report the RequestId to its support.";

/**
 * Describes an error for the user: what failed, why, and what to do next.
 * @returns lines separated by line ends; an API message is escaped, so that it can't add a line
 */
export function explain(error: unknown): string {
  // Answers are read by the SDK's types, which another form breaks.
  if (error instanceof TypeError || error instanceof RangeError)
    return (
      `An answer of Tencent Cloud has an unexpected form, or this program has a mistake: ${error.message}. ` +
      "Run this again. If it fails in the same way, report it with what was printed."
    );
  if (!(error instanceof CallError)) return error instanceof Error ? error.message : String(error);
  const { action, code, requestId } = error;
  const message = escapeControls(error.message);
  if (code === undefined && isLocalCloudGone(message))
    return (
      `${action} failed: the local cloud of CLOUD_ENDPOINT_URL is not running (${message}). Start one with ` +
      "./vod-receiver local-cloud and set the variables that it prints, or unset CLOUD_ENDPOINT_URL for Tencent Cloud."
    );
  if (code === undefined)
    return (
      `${action} failed: Tencent Cloud could not be reached (${message}). Check the network` +
      `${hasProxy() ? " and your proxy" : ""}, then run this again.`
    );
  const advice = ADVICE.find(([pattern]) => pattern.test(code))?.[1] ?? RUN_AGAIN;
  const lines = [
    `${action} failed with ${code}: ${message}`,
    advice.replace("<console>", consoleUrl("")),
    requestId && `RequestId: ${requestId}`,
  ];
  return lines.filter(Boolean).join("\n");
}
