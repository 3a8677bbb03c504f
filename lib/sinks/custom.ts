import type { VodEvent } from "../event/event";
import type { HandlerContext } from "../handlers/context";
import type { CustomHandler } from "../handlers/custom-handler";
import { withoutForgery } from "../log/log";
import type { EventReport } from "../report/event-report";
import type { Sink } from "./deliver";

/** The owner's own handler; it gets the events that the built-in handler is done with. */
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
