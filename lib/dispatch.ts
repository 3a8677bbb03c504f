import { createDeadline, type Deadline, Late } from "./deadline";
import type { EventOf, VodEvent } from "./event/event";
import { identityOf } from "./event/identity";
import type { HandlerContext } from "./handlers/context";
import { custom } from "./handlers/custom";
import type { CustomHandler } from "./handlers/custom-handler";
import { isFileEvent, planProcessing, startProcessing, uploadedFileId } from "./handlers/new-file-upload";
import { Refusal } from "./http/refusal";
import { type Log, withoutForgery } from "./log/log";
import { DONE, type Outcome, type Remainder, type Step } from "./outcome";
import type { EventReport } from "./report/event-report";
import { logParts } from "./report/log-lines";
import { readParts } from "./report/parts";
import { customSink } from "./sinks/custom";
import { deliver } from "./sinks/deliver";
import { publisherSink } from "./sinks/publishing";
import { databaseSink } from "./sinks/recording";

/**
 * Logs what an event reports, passes it to the handler of its type and delivers its report to the sinks. It ends at
 * `deadlineMs` even if they do not. An error that they throw is transient.
 * @throws {Refusal} 400 if an upload has no FileId of digits
 * @param own the user's handler
 * @param remainder the work that an earlier try left; without it, everything is left
 */
export async function dispatch(
  event: VodEvent,
  context: HandlerContext,
  own: CustomHandler | undefined = custom,
  remainder: Remainder = {},
): Promise<Outcome> {
  const { log, config, deadlineMs, clock, requestId, lastSinkStartMs: lastStartMs } = context;
  const { pending, work } = remainder;
  const isLeft = (step: Step) => pending === undefined || pending.includes(step);
  const deadline = createDeadline(deadlineMs, clock);
  try {
    // An upload that can't be processed is rejected before anything of it is logged.
    if (isUpload(event)) uploadedFileId(event);
    const parts = readParts(event);
    // An event of which single steps are left was logged by the try that left them.
    if (pending === undefined) logParts(parts, log);
    // Most events are done once they are logged.
    const hasSinks = own !== undefined || (config.recordUrl ?? config.publishUrl) !== undefined;
    if (!isFileEvent(event) && !hasSinks) return DONE;
    let report: EventReport | undefined;
    const getReport = () => {
      // Loaded only here: without a sink that takes it, no event needs it.
      const { toReport }: typeof import("./report/event-report") = require("./report/event-report");
      const identity = identityOf(event);
      report ??= toReport(event, parts, { subAppId: config.subAppId, requestId, identity });
      return report;
    };
    const all = [
      databaseSink(config, event, getReport, context),
      own && customSink(own, event, getReport, context, deadline.signal),
      publisherSink(config, getReport, context),
    ];
    const sinks = all.filter((sink) => sink !== undefined).filter(({ name }) => isLeft(name));
    const handled = isLeft("handler") ? await handle(event, context, work, deadline) : DONE;
    const outcome = await deliver(sinks, handled, { log, clock, within: deadline.within, lastStartMs });
    return pending === undefined ? withoutNeedlessPending(outcome, sinks.length + 1) : outcome;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    return failedHandling(error, log);
  } finally {
    deadline.clear();
  }
}

/** If all steps of an event are left to do, the whole event is. */
function withoutNeedlessPending(outcome: Outcome, steps: number): Outcome {
  if (outcome.kind === "done" || outcome.pending?.length !== steps) return outcome;
  const { pending: _all, ...rest } = outcome;
  return rest;
}

function isUpload(event: VodEvent): event is EventOf<"NewFileUpload"> {
  return event.known && event.eventType === "NewFileUpload";
}

async function handle(
  event: VodEvent,
  context: HandlerContext,
  work: Remainder["work"],
  deadline: Deadline,
): Promise<Outcome> {
  if (!isFileEvent(event)) return DONE;
  const plan = planProcessing(event, context, work);
  if (!plan) return DONE;
  try {
    return await deadline.within(startProcessing(plan, context));
  } catch (error) {
    return { ...failedHandling(error, context.log), work: plan.work };
  }
}

function failedHandling(error: unknown, log: Log): Outcome & { kind: "retry" } {
  if (error instanceof Late) return { kind: "retry", error: error.message };
  withoutForgery(log).line(String(error instanceof Error ? error.stack : error));
  return { kind: "retry", error: String(error) };
}
