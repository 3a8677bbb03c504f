/** Why an API call failed. */
export interface ApiFailure {
  /** The API's error code; absent if the API did not answer. */
  readonly code?: string;
  readonly message: string;
  readonly requestId?: string;
}

/** Errors of the network have codes too, all in capitals (ECONNRESET). */
const API_CODE = /^[A-Z][a-z]/;

/** What the SDK adds to an error; nothing of it is sure to be there. */
interface SdkError extends Error {
  readonly code?: unknown;
  readonly requestId?: unknown;
  readonly httpCode?: unknown;
}

/**
 * Describes what an SDK call threw. Transport errors, cut answers and answers that are not JSON have no code.
 */
export function describeFailure(error: unknown): ApiFailure {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, requestId, httpCode }: SdkError = error;
  const status = typeof httpCode === "number" ? `HTTP ${httpCode} ` : "";
  return {
    ...(typeof code === "string" && API_CODE.test(code) ? { code } : {}),
    message: (status + error.message).trim(),
    ...(typeof requestId === "string" && requestId !== "" ? { requestId } : {}),
  };
}

/**
 * What an error means for its call: the same call may succeed later; it can't succeed; an earlier call has already
 * done it.
 */
export type ErrorClass = "transient" | "permanent" | "already done";

/** Codes, or families of them with everything below, in the official lists; the first that fits counts. */
const RULES: readonly (readonly [family: string, ErrorClass])[] = [
  // The same SessionId within three days (docs/tencent-protocols.md#sessionid).
  ["InvalidParameterValue.SessionId", "already done"],
  // Its text advises to retry; all codes below it are errors of the server too.
  ["InternalError", "transient"],
  ["RequestLimitExceeded", "transient"],
  // Not among the actions' own codes, but a common one of all APIs: the service is unavailable for the moment.
  ["ServiceUnavailable", "transient"],
  // The platform corrects clocks that differ and renews temporary credentials.
  ["AuthFailure.SignatureExpire", "transient"],
  ["AuthFailure.TokenFailure", "transient"],
  // Invoke: the function is just being updated.
  ["FailedOperation.FunctionStatusError", "transient"],
  // SearchLog: too many searches run at once. One that takes too long (SearchTimeout) must be made smaller.
  ["FailedOperation.Timeout", "transient"],
  ["LimitExceeded.LogSearch", "transient"],
];

/**
 * The class of an error. Without a code the API did not answer, which is transient. What only the owner can correct (a
 * permission, the balance) is permanent: it lasts longer than any retry, and the recorded event waits for a replay.
 * `FailedOperation.TaskDuplicate` has no official explanation and is permanent too: to take it for done could lose an
 * upload, but `replay` reads what VOD has.
 */
export function errorClass({ code, message }: ApiFailure): ErrorClass {
  if (code === undefined) return "transient";
  const rule = RULES.find(([family]) => code === family || code.startsWith(`${family}.`));
  if (rule) return rule[1];
  // A general code, whose text has the advice.
  return /^FailedOperation(\.|$)/.test(code) && /重试|retry|try again/i.test(message)
    ? "transient"
    : "permanent";
}

/** Whether the same call may succeed a little later. */
export function isTransient(failure: ApiFailure): boolean {
  return errorClass(failure) === "transient";
}

/** Whether what an SDK call threw is transient. */
export function isTransientFailure(error: unknown): boolean {
  return isTransient(describeFailure(error));
}

/** Whether the credentials lack the permission for the call. */
export function isForbidden(error: unknown): boolean {
  const { code = "" } = describeFailure(error);
  return /^(UnauthorizedOperation|AuthFailure\.UnauthorizedOperation)/.test(code);
}
