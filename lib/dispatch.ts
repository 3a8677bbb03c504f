import type { EventOf, VodEvent } from "./event/event";
import { identityOf } from "./event/identity";
import type { HandlerContext } from "./handlers/context";
import { custom } from "./handlers/custom";
import type { CustomHandler } from "./handlers/custom-handler";
import { isFileEvent, uploadedFileId } from "./handlers/new-file-upload";
import { Refusal } from "./http/refusal";
import { withoutForgery } from "./log/log";
import { DONE, type Outcome, type Remainder } from "./outcome";
import { logParts } from "./report/log-lines";
import { readParts } from "./report/parts";

/**
 * Logs what an event reports, passes it to the handler of its type and delivers its report to the sinks. It ends at
 * `deadlineMs` even if they do not. An error that they throw is transient.
 * @throws {Refusal} 400 if an upload has no FileId of digits
 * @param own the user's own handler
 * @param remainder the work that an earlier try left; without it, everything is left
 */
export async function dispatch(
  event: VodEvent,
  context: HandlerContext,
  own: CustomHandler | undefined = custom,
  remainder: Remainder = {},
): Promise<Outcome> {
  const { log, config } = context;
  try {
    // An upload that can't be processed is rejected before anything of it is logged.
    if (isUpload(event)) uploadedFileId(event);
    const parts = readParts(event);
    // An event of which single steps are left was logged by the try that left them.
    if (remainder.pending === undefined) logParts(parts, log);
    // Most events are done once they are logged.
    const hasSinks = own !== undefined || (config.recordUrl ?? config.publishUrl) !== undefined;
    const file = isFileEvent(event) ? event : undefined;
    if (!file && !hasSinks) return DONE;
    const { runSteps }: typeof import("./sinks/steps") = require("./sinks/steps");
    const identity = () => identityOf(event);
    return await runSteps({ event, file, parts, identity }, context, own, remainder);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    withoutForgery(log).line(String(error instanceof Error ? error.stack : error));
    return { kind: "retry", error: String(error) };
  }
}

function isUpload(event: VodEvent): event is EventOf<"NewFileUpload"> {
  return event.known && event.eventType === "NewFileUpload";
}
