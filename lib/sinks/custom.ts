import type { VodEvent } from "../event/event";
import type { HandlerContext } from "../handlers/context";
import type { CustomHandler } from "../handlers/custom-handler";
import { withoutForgery } from "../log/log";
import type { EventReport } from "../report/event-report";
import type { Sink } from "./deliver";

/** The user's own handler; it gets the events whose built-in handler is done. */
export function customSink(
  own: CustomHandler,
  event: VodEvent,
  report: () => EventReport,
  { log, vod, deadlineMs }: HandlerContext,
  signal: () => AbortSignal,
): Sink {
  const context = {
    log: withoutForgery(log),
    vod,
    until: deadlineMs,
    get signal() {
      return signal();
    },
    get report() {
      return report();
    },
  };
  // An async function, so that one that throws at once rejects too.
  return { name: "custom", always: false, deliver: async () => own(event, context) };
}
