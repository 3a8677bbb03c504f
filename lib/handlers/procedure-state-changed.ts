import type { HandlerContext } from "../dispatch";
import type { EventOf } from "../event";
import { DONE, type Outcome } from "../outcome";
import { integer, list, text } from "../wire";
import { logMediaProcessResult } from "./media-process-result";

/**
 * Logs what a finished task flow made, a line an output. The flow's own `ErrCode` is deprecated and absent
 * from today's messages: each task's own state counts.
 */
export function procedureStateChanged(
  { payload }: EventOf<"ProcedureStateChanged">,
  { log }: HandlerContext,
): Outcome {
  // Only digits, so that nothing else can pass for the rest of a line.
  const fileId = /^\d+$/.exec(text(payload.FileId) ?? "")?.[0] ?? "none";
  const head = `FileId: ${fileId}, TaskId: ${text(payload.TaskId) ?? "none"}`;
  if (payload.Status !== "FINISH") {
    log.line(`Procedure is ${text(payload.Status)?.toLowerCase() ?? "of no status"}. ${head}`);
    return DONE;
  }
  const errCode = integer(payload.ErrCode);
  if (errCode)
    log.list(`Procedure failed. ${head}`, [`ErrCode: ${errCode}`, `Message: ${text(payload.Message) ?? ""}`]);
  for (const item of list(payload.MediaProcessResultSet)) if (item) logMediaProcessResult(item, fileId, log);
  return DONE;
}
