import type { Clock } from "./clock";
import type { VodEvent } from "./event/event";
import type { HandlerContext } from "./handlers/context";
import { custom } from "./handlers/custom";
import { type CustomHandler, Park } from "./handlers/custom-handler";
import { fallback } from "./handlers/fallback";
import { logDeletion } from "./handlers/file-deleted";
import { logPayload } from "./handlers/log-payload";
import { newFileUpload } from "./handlers/new-file-upload";
import { Refusal } from "./http/refusal";
import { withoutForgery } from "./log/log";
import { DONE, type Outcome } from "./outcome";

/** So that a handler which heeds its signal can say itself what it could not do in time. */
const GRACE_MS = 20;
/** Timers count no further than 2^31 ms. */
const MAX_MS = 2 ** 31 - 1000;

/**
 * Takes an event to the handler of its type, and then to the user's own. It ends at `deadlineMs` whether or not
 * they do. A handler that throws may do better the next time.
 * @param own the user's handler, where there is one
 * @throws {Refusal} where the event lacks what its handler can't do without
 */
export async function dispatch(
  event: VodEvent,
  context: HandlerContext,
  own: CustomHandler | undefined = custom,
): Promise<Outcome> {
  const { log, vod, deadlineMs, clock } = context;
  const deadline = createDeadline(deadlineMs, clock);
  try {
    const handling = handle(event, context);
    const outcome = handling ? await deadline.within(handling) : DONE;
    if (own && outcome.kind === "done") {
      await deadline.within(
        own(event, { log: withoutForgery(log), vod, until: deadlineMs, signal: deadline.signal() }),
      );
    }
    return outcome;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if (error instanceof Late) return { kind: "retry", error: error.message };
    withoutForgery(log).line(String(error instanceof Error ? error.stack : error));
    return { kind: error instanceof Park ? "park" : "retry", error: String(error) };
  } finally {
    deadline.clear();
  }
}

/** @returns nothing where there is nothing to wait for: the event is done */
function handle(event: VodEvent, context: HandlerContext): Promise<Outcome> | undefined {
  if (!event.known) fallback(event, context.log);
  else if (event.eventType === "NewFileUpload") return newFileUpload(event, context);
  else if (event.eventType === "FileDeleted") logDeletion(event, context.log);
  else logPayload(event, context.log);
  return undefined;
}

class Late extends Error {
  override readonly name = "Late";
}

/** Ends the waiting for handlers at `deadlineMs`; a handler that makes nobody wait costs no timer. */
function createDeadline(deadlineMs: number, clock: Clock) {
  let controller: AbortController | undefined;
  let timer: NodeJS.Timeout | undefined;
  let late: Promise<never> | undefined;
  let isOver = false;

  const arm = () =>
    new Promise<never>((_resolve, reject) => {
      const left = Math.min(Math.max(0, deadlineMs - clock.now()), MAX_MS);
      timer = setTimeout(() => {
        isOver = true;
        controller?.abort();
        timer = setTimeout(() => reject(new Late("the handler did not end in time")), GRACE_MS);
      }, left);
    });

  return {
    signal(): AbortSignal {
      controller ??= new AbortController();
      if (isOver) controller.abort();
      return controller.signal;
    },
    within<Result>(work: Promise<Result>): Promise<Result> {
      late ??= arm();
      return Promise.race([work, late]);
    },
    clear: () => clearTimeout(timer),
  };
}
