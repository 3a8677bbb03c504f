import { type CustomHandler, Park } from "./custom-handler";
import type { VodEvent } from "./event";
import type { HandlerContext } from "./handler-context";
import { custom } from "./handlers/custom";
import { fallback } from "./handlers/fallback";
import { logDeletion } from "./handlers/file-deleted";
import { logPayload } from "./handlers/log-payload";
import { newFileUpload } from "./handlers/new-file-upload";
import { DONE, type Outcome } from "./outcome";
import { Refusal } from "./refusal";

/** So that a handler which heeds its signal can say itself what it could not do in time. */
const GRACE_MS = 20;
/** Timers count no further than 2^31 ms. */
const LONGEST_MS = 2 ** 31 - 1000;

/**
 * Takes an event to the handler of its type, and then to the user's own. It ends at `until` whether or not
 * they do. A handler that throws may do better the next time.
 * @param own the user's handler
 * @throws {Refusal} where the event lacks what its handler can't do without
 */
export async function dispatch(event: VodEvent, context: HandlerContext, own = custom): Promise<Outcome> {
  let controller: AbortController | undefined;
  // Made at the first use: most handlers never ask for the signal, and it costs as much as their own work.
  const ending = () => (controller ??= new AbortController());
  const left = Math.min(Math.max(0, context.until - context.clock.now()), LONGEST_MS);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => {
      ending().abort();
      const outcome: Outcome = { kind: "retry", error: "the handler did not end in time" };
      timer = setTimeout(() => resolve(outcome), GRACE_MS);
    }, left);
  });
  try {
    return await Promise.race([run(event, context, own, () => ending().signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function run(
  event: VodEvent,
  context: HandlerContext,
  own: CustomHandler,
  signalOf: () => AbortSignal,
): Promise<Outcome> {
  const { log, vod, until } = context;
  try {
    const outcome = await handle(event, context);
    if (outcome.kind === "done") {
      await own(event, {
        log,
        vod,
        until,
        get signal() {
          return signalOf();
        },
      });
    }
    return outcome;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    log.line(String(error instanceof Error ? error.stack : error));
    return { kind: error instanceof Park ? "park" : "retry", error: String(error) };
  }
}

async function handle(event: VodEvent, context: HandlerContext): Promise<Outcome> {
  if (!event.known) fallback(event, context.log);
  else if (event.eventType === "NewFileUpload") return newFileUpload(event, context);
  else if (event.eventType === "FileDeleted") logDeletion(event, context.log);
  else logPayload(event, context.log);
  return DONE;
}
