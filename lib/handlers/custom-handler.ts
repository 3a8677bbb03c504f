import type { VodEvent } from "../event/event";
import type { Log } from "../log/log";
import type { Vod } from "../tencent-cloud/vod";

/** What your own code gets beside the event. */
interface CustomContext {
  readonly log: Omit<Log, "own">;
  readonly vod: Vod;
  /** When it must have ended, in milliseconds since 1970. */
  readonly until: number;
  /** Aborts at `until`; pass it on to what takes one, such as `fetch`. */
  readonly signal: AbortSignal;
}

/**
 * Your own code: it runs at least once for each event that the built-in handlers are done with, whatever its
 * type. An error means that the event is tried again, unless it is a `Park`.
 */
export type CustomHandler = (event: VodEvent, context: CustomContext) => Promise<void>;

/** Thrown by your own code where the event can never succeed: it is kept in the log, and not tried again. */
export class Park extends Error {
  override readonly name: string = "Park";
}
