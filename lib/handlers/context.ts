import type { Clock } from "../clock";
import type { Config } from "../config";
import type { Log } from "../log/log";
import type { Vod } from "../tencent-cloud/vod";
import type { Start } from "./start-request";

/** What a handler can use. */
export interface HandlerContext {
  readonly config: Config;
  readonly log: Log;
  readonly vod: Vod;
  /**
   * Starts work in place of VOD's own call.
   * @throws as `Vod.call` does
   */
  readonly start?: (start: Start) => Promise<{ readonly TaskId?: string }>;
  /** Until when calls may be tried, on the monotonic clock. */
  readonly deadlineMs: number;
  readonly clock: Clock;
  /** A sink that would begin later is left to the next try; absent if there is no limit. */
  readonly lastSinkStartMs?: number | undefined;
  /** The id of the request that brought the event; "" if there is none. */
  readonly requestId: string;
}
