import type { VodEvent } from "../event/event";
import type { Log } from "../log/log";
import type { EventReport } from "../report/event-report";
import type { Vod } from "../tencent-cloud/vod";

/** What your own code gets with the event. */
export interface CustomContext {
  readonly log: Omit<Log, "own">;
  readonly vod: Vod;
  /** The time by which it must end, in milliseconds since 1970. */
  readonly until: number;
  /** Aborts at `until`; pass it to functions that accept one, such as `fetch`. */
  readonly signal: AbortSignal;
  /** The event as plain data (docs/reference.md#event-report). */
  readonly report: EventReport;
}

/**
 * Your own code: it runs at least once for each event whose built-in handler is done, for every event type.
 * After an error the event is retried, unless the error is a `Park` or an API call lacks a permission.
 */
export type CustomHandler = (event: VodEvent, context: CustomContext) => Promise<void>;

/** Thrown by your own code if the event can never succeed: it is recorded in the log and not retried. */
export class Park extends Error {
  override readonly name: string = "Park";
  /** It is known by this and not by its class, which a function's package has in several files. */
  readonly parks = true;
}
