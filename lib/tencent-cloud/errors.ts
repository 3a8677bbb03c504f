import { type ApiFailure, describeFailure } from "./client-config";

/**
 * What an error means for the call that got it: the same call may succeed later; it never will as things
 * are; what it asks for was asked for before.
 */
export type ErrorClass = "transient" | "permanent" | "already done";

/** Codes, or families of them with everything below, in the official lists; the first that fits counts. */
const RULES: readonly (readonly [family: string, ErrorClass])[] = [
  // The same SessionId within three days (docs/tencent-protocols.md#sessionid).
  ["InvalidParameterValue.SessionId", "already done"],
  // Its text advises to try again; all else below it is the server's own trouble too.
  ["InternalError", "transient"],
  ["RequestLimitExceeded", "transient"],
  // Not among the actions' own codes, but a common one of all APIs: the service is unavailable for the moment.
  ["ServiceUnavailable", "transient"],
  // Clocks that differ are put right by the platform, temporary credentials are renewed by it.
  ["AuthFailure.SignatureExpire", "transient"],
  ["AuthFailure.TokenFailure", "transient"],
  // Invoke: the function is just being updated.
  ["FailedOperation.FunctionStatusError", "transient"],
  // SearchLog: too many searches run at once. One that takes too long (SearchTimeout) must be made smaller.
  ["FailedOperation.Timeout", "transient"],
  ["LimitExceeded.LogSearch", "transient"],
];

/**
 * Tells the class of an error. No code at all means that no answer of the API came. What only the owner can
 * put right (a permission, the balance) is permanent: it lasts longer than anything is tried again, and
 * what is kept for replay waits for it. `FailedOperation.TaskDuplicate` has no official explanation and is
 * permanent as well: taking it for done could lose an upload, whereas replay looks at what VOD has.
 */
export function errorClass({ code, message }: ApiFailure): ErrorClass {
  if (code === undefined) return "transient";
  const rule = RULES.find(([family]) => code === family || code.startsWith(`${family}.`));
  if (rule) return rule[1];
  // A general code, whose text tells what to do.
  return /^FailedOperation(\.|$)/.test(code) && /重试|retry|try again/i.test(message)
    ? "transient"
    : "permanent";
}

/** Whether the same call may succeed a little later. */
export function isTransient(failure: ApiFailure): boolean {
  return errorClass(failure) === "transient";
}

/** Whether the credentials lack the permission for the call. */
export function isForbidden(error: unknown): boolean {
  const { code = "" } = describeFailure(error);
  return /^(UnauthorizedOperation|AuthFailure\.UnauthorizedOperation)/.test(code);
}
