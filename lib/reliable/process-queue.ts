import type { Clock } from "../clock";
import type { Config, Environment } from "../config";
import { dispatch } from "../dispatch";
import { parseEvent, type VodEvent } from "../event/event";
import { splitRemainder } from "../event/remainder";
import type { CustomHandler } from "../handlers/custom-handler";
import { Refusal } from "../http/refusal";
import type { JsonObject } from "../json";
import { logOutcome } from "../log/event-record";
import type { Log } from "../log/log";
import { hasRoomForRecord } from "../log/replay-record";
import type { Outcome } from "../outcome";
import { databaseWait } from "../sinks/recording";
import { createVod, readClientConfig } from "../tencent-cloud/vod";
import { poll } from "./poller";
import { createQueue } from "./queue";
import { atRate, createRateLimiter } from "./rate-limiter";
import type { ReceiveCounts } from "./receive-count";
import type { Stats } from "./stats";

/** What a run over the queue needs, in a function or on the user's machine. */
export interface Run {
  readonly config: Config;
  readonly env: Environment;
  readonly clock: Clock;
  readonly requestId: string;
  /** The time by which everything must end, on the monotonic clock; Infinity if there is no limit. */
  readonly end: number;
  /** Called before each pull; events in flight are finished in any case. */
  readonly isStopped: () => boolean;
  /** The counts of earlier runs. */
  readonly receiveCounts: ReceiveCounts;
  /** Is updated during the run. */
  readonly stats: Stats;
  /** Opens the log for an event, and for the run itself; it may be the same one. */
  readonly openLog: () => Log;
  /**
   * Resolves when all lines of the log are written: nothing is pulled and no parked event is confirmed before.
   * Without it, they are written at once.
   */
  readonly written?: () => Promise<void>;
  /** Runs the user's own handler elsewhere; without it, it runs here. */
  readonly own?: CustomHandler | undefined;
}

/**
 * Processes the queue of the reliable callback: every event is processed as a notification and confirmed when it is
 * done or parked.
 * @throws as `drain` does
 */
export async function processQueue(run: Run): Promise<void> {
  const { config, env, clock, openLog, receiveCounts, requestId, written, own } = run;
  const { callsPerSecond, maxDeliveries } = config;
  const credentials = () => readClientConfig(config, env);
  const vod = createVod(credentials, clock);
  const rate = () => createRateLimiter(callsPerSecond, clock);
  const handlersVod = atRate(vod, rate());

  async function work(pulled: JsonObject, deadlineMs: number): Promise<Outcome> {
    const start = clock.monotonic();
    const log = openLog();
    const notification = notificationIn(pulled);
    const delivery = receiveCounts.count(notification);
    let event: VodEvent | undefined;
    let outcome: Outcome;
    try {
      event = parseEvent(notification);
      outcome = await dispatch(event, { config, log, vod: handlersVod, deadlineMs, clock, requestId }, own);
    } catch (error) {
      // What can't be read today can't be read the next time either.
      outcome =
        error instanceof Refusal
          ? { kind: "park", error: error.message }
          : { kind: "retry", error: String(error) };
    }
    const isUnavailable = outcome.kind === "retry" && outcome.isUnavailable;
    if (isUnavailable) receiveCounts.discount(notification);
    else if (outcome.kind === "retry" && delivery >= maxDeliveries) {
      outcome = { kind: "park", error: `delivered ${delivery} times: ${outcome.error}` };
    }
    if (outcome.kind === "park" && !hasRoomForRecord(notification, log)) {
      outcome = { kind: "retry", error: `${outcome.error} (not parked yet: this run's log is full)` };
    }
    const ending = { requestId, ...(event && { event }), outcome, durationMs: clock.monotonic() - start };
    logOutcome(notification, outcome.kind === "retry" ? { ...ending, leftTo: "queue" } : ending, log);
    if (outcome.kind === "park") await written?.();
    return outcome;
  }

  const { end, isStopped, stats } = run;
  const say = (line: string) => openLog().line(line);
  const waitForDatabase = databaseWait(config, { clock, isStopped, end, say });
  const hasRoom = async () => {
    await written?.();
    await waitForDatabase?.();
  };
  const { idle, subAppId } = config;
  const queue = createQueue({
    vod,
    clientConfig: credentials,
    subAppId,
    pulling: rate(),
    confirming: rate(),
  });
  const onConfirmed = (pulled: JsonObject) => receiveCounts.forget(notificationIn(pulled));
  await poll({
    queue,
    work,
    onConfirmed,
    clock,
    end,
    idle,
    callsPerSecond,
    isStopped,
    stats,
    say,
    hasRoom,
  });
}

/** What a delivery is about; only our own functions may set what is left to do. */
function notificationIn({ EventHandle: _handle, ...pulled }: JsonObject): JsonObject {
  return splitRemainder(pulled).event;
}
