import type { JsonObject } from "../json";
import { text } from "./untrusted";

/** The fields of a task's failure; all types use the same names. */
export type ErrorKey = "ErrCode" | "ErrCodeExt" | "Message";

const MAX_STATUS = 40;

/**
 * The state of a task: `succeeded`, `failed`, or `is processing` and the like. `Status` comes first. If it reports only
 * the end of the task, or an older notification lacks it, the error codes decide. A task that has not ended
 * (`TasksNotifyMode` Change) keeps its own word.
 * @param ended the state if the codes report no failure
 */
export function stateOf(status: unknown, codes: JsonObject, ended = "succeeded"): string {
  if (status === "SUCCESS") return "succeeded";
  if (status === "FAIL") return "failed";
  const word = text(status);
  if (word !== undefined && word !== "FINISH") return `is ${word.slice(0, MAX_STATUS).toLowerCase()}`;
  return isFailure(codes["ErrCodeExt"]) || isFailure(codes["ErrCode"]) ? "failed" : ended;
}

/** Whether a state is that of a task that has not ended. */
export function hasNotEnded(state: string | undefined): boolean {
  return state === "is processing" || state === "is waiting";
}

/**
 * A number, or a string with MPS's tasks; some samples have "SUCCESS" where "" is documented
 * (docs/tencent-protocols.md#task-states-and-error-codes).
 */
function isFailure(code: unknown): boolean {
  if (typeof code === "number") return code !== 0;
  return !/^(0|success)$/i.test(text(code) ?? "0");
}
