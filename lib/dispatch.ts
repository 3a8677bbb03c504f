import type { Config } from "./config";
import type { VodEvent } from "./event";
import { newFileUpload } from "./handlers/new-file-upload";
import { procedureStateChanged } from "./handlers/procedure-state-changed";
import type { Log } from "./log";
import { DONE, type Outcome } from "./outcome";
import { Refusal } from "./refusal";
import type { Vod } from "./vod";

/** What a handler may use. */
export interface HandlerContext {
  readonly config: Config;
  readonly log: Log;
  readonly vod: Vod;
  /** Until when calls may be tried, in milliseconds since 1970. */
  readonly until: number;
}

/**
 * Takes an event to the handler of its type. A handler that throws may do better the next time.
 * @throws {Refusal} where the event lacks what its handler can't do without
 */
export async function dispatch(event: VodEvent, context: HandlerContext): Promise<Outcome> {
  try {
    return await handle(event, context);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    context.log.line(String(error instanceof Error ? error.stack : error));
    return { kind: "retry", error: String(error) };
  }
}

async function handle(event: VodEvent, context: HandlerContext): Promise<Outcome> {
  if (!event.known) {
    context.log.line(`Received an event of unknown type: ${event.eventType}`);
    return DONE;
  }
  switch (event.eventType) {
    case "NewFileUpload":
      return newFileUpload(event, context);
    case "ProcedureStateChanged":
      return procedureStateChanged(event, context);
    default:
      context.log.line(`Received ${event.eventType}.`);
      return DONE;
  }
}
