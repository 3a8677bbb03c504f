import type { VodEvent } from "../event/event";
import type { Identity } from "../event/identity";
import type { HandlerContext } from "../handlers/context";
import type { CustomHandler } from "../handlers/custom-handler";
import type { FileEvent } from "../handlers/new-file-upload";
import { planProcessing, startProcessing } from "../handlers/processing";
import { DONE, type Outcome, type Remainder, type Step } from "../outcome";
import type { EventReport } from "../report/event-report";
import type { Parts } from "../report/parts";
import { customSink } from "./custom";
import { createDeadline, type Deadline } from "./deadline";
import { deliver, failureOf } from "./deliver";
import { publisherSink } from "./publishing";
import { databaseSink } from "./recording";

// What only an event needs that is more than logged: in a chunk of its own (scripts/build/chunks.ts).

/** An event, and what was read of it before its steps. */
interface ReadEvent {
  readonly event: VodEvent;
  /** The same event, if a file comes by it. */
  readonly file: FileEvent | undefined;
  readonly parts: Parts;
  readonly identity: () => Identity;
}

/**
 * Passes an event to the handler of its type and delivers its report to the sinks. It ends at `deadlineMs` even if they
 * do not.
 * @param own the user's handler
 * @param remainder the work that an earlier try left; without it, everything is left
 */
export async function runSteps(
  { event, file, parts, identity }: ReadEvent,
  context: HandlerContext,
  own: CustomHandler | undefined,
  { pending, work }: Remainder,
): Promise<Outcome> {
  const { log, config, deadlineMs, clock, requestId, lastSinkStartMs: lastStartMs } = context;
  const isLeft = (step: Step) => pending === undefined || pending.includes(step);
  const deadline = createDeadline(deadlineMs, clock);
  let report: EventReport | undefined;
  const getReport = () => {
    // Loaded only here: without a sink that takes it, no event needs it.
    const { toReport }: typeof import("../report/event-report") = require("../report/event-report");
    report ??= toReport(event, parts, { subAppId: config.subAppId, requestId, identity: identity() });
    return report;
  };
  try {
    const all = [
      databaseSink(config, event, getReport, context),
      own && customSink(own, event, getReport, context, deadline.signal),
      publisherSink(config, getReport, context),
    ];
    const sinks = all.filter((sink) => sink !== undefined).filter(({ name }) => isLeft(name));
    const handled = isLeft("handler") ? await handle(file, context, work, deadline) : DONE;
    const outcome = await deliver(sinks, handled, { log, clock, within: deadline.within, lastStartMs });
    return pending === undefined ? withoutNeedlessPending(outcome, sinks.length + 1) : outcome;
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

async function handle(
  file: FileEvent | undefined,
  context: HandlerContext,
  work: Remainder["work"],
  deadline: Deadline,
): Promise<Outcome> {
  const plan = file && planProcessing(file, context, work);
  if (!plan) return DONE;
  try {
    return await deadline.within(startProcessing(plan, context));
  } catch (error) {
    return { ...failureOf(error, context.log), work: plan.work };
  }
}
