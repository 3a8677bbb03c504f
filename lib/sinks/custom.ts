import type { VodEvent } from "../event/event";
import type { HandlerContext } from "../handlers/context";
import type { CustomHandler } from "../handlers/custom-handler";
import { withoutForgery } from "../log/log";
import type { EventReport } from "../report/event-report";
import type { Vod } from "../tencent-cloud/vod";
import type { Sink } from "./deliver";

/** The user's own handler; it gets the events whose built-in handler is done. */
export function customSink(
  own: CustomHandler,
  event: VodEvent,
  report: () => EventReport,
  { log, vod, deadlineMs, clock }: HandlerContext,
  signal: () => AbortSignal,
): Sink {
  // The owner's code reads the wall clock; what it passes on stays right if that is set meanwhile.
  const wallAheadMs = clock.now() - clock.monotonic();
  const toDeadline = (until: number) => Math.min(deadlineMs, until - wallAheadMs);
  const ownVod: Vod = {
    call: (use, until) => vod.call(use, toDeadline(until)),
    processMedia: (request, until) => vod.processMedia(request, toDeadline(until)),
  };
  const context = {
    log: withoutForgery(log),
    vod: ownVod,
    until: deadlineMs + wallAheadMs,
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
