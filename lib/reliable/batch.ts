import type { Clock } from "../clock";
import { text } from "../event/untrusted";
import { isJsonObject, type JsonObject } from "../json";
import type { Outcome } from "../outcome";
import { ConfirmError, type EventQueue } from "./queue";
import type { Stats } from "./stats";

/**
 * From the sending of the pull, as a handle's 30 seconds (docs/tencent-protocols.md#event-handles) begin
 * somewhere on the way: when what has ended is confirmed, when handlers must have ended, and when a
 * confirmation must have.
 */
const CONFIRM_AT_MS = 20_000;
const WORK_UNTIL_MS = 25_000;
const CONFIRM_UNTIL_MS = 29_000;
/** At the end of a run. */
const LEFT_FOR_CONFIRMING_MS = 3000;

export interface BatchOptions {
  readonly queue: EventQueue;
  /** Processes an event; it ends by itself at `deadlineMs`, on the monotonic clock. */
  readonly work: (event: JsonObject, deadlineMs: number) => Promise<Outcome>;
  /** Called for each event that VOD does not redeliver. */
  readonly onConfirmed?: (event: JsonObject) => void;
  readonly clock: Clock;
  /** The time by which everything must end, on the monotonic clock; Infinity if there is no limit. */
  readonly end: number;
  /** Writes a line of the log. */
  readonly say: (line: string) => void;
  /** Is updated during the run. */
  readonly stats: Stats;
}

/**
 * Processes all events of one pull at once. It confirms those that are done or parked together, when all have ended or
 * the time to confirm has come; one that ends later is confirmed by itself. VOD redelivers the rest.
 * @param sent when the pull was sent, on the monotonic clock
 * @param onEventEnd is called when an event has ended
 * @param onConfirmError is called if no event can be confirmed any more
 */
export async function workOnBatch(
  events: readonly unknown[],
  sent: number,
  { queue, work, onConfirmed, clock, end, say, stats }: BatchOptions,
  onEventEnd: () => void,
  onConfirmError: (error: ConfirmError) => void,
): Promise<void> {
  const workUntil = Math.min(sent + WORK_UNTIL_MS, end - LEFT_FOR_CONFIRMING_MS);
  const confirmUntil = Math.min(sent + CONFIRM_UNTIL_MS, end);
  const confirmAt = Math.min(sent + CONFIRM_AT_MS, workUntil);
  let ended: [handle: string, event: JsonObject][] | undefined = [];

  async function confirm(confirmed: readonly [handle: string, event: JsonObject][]): Promise<void> {
    if (confirmed.length === 0) return;
    const handles = confirmed.map(([handle]) => handle);
    try {
      const { refused, reason } = await queue.confirm(handles, confirmUntil);
      stats.confirmed += handles.length - refused.length;
      for (const [handle, event] of confirmed) if (!refused.includes(handle)) onConfirmed?.(event);
      if (refused.length > 0)
        say(`${refused.length} of ${handles.length} events were not confirmed: ${reason}`);
    } catch (error) {
      if (!(error instanceof ConfirmError)) throw error;
      onConfirmError(error);
    }
  }

  async function take(event: unknown): Promise<void> {
    if (!isJsonObject(event))
      return say("PullEvents returned an item that is not an event, so it can't be confirmed.");
    const handle = text(event["EventHandle"]);
    const { kind } = await work(event, workUntil);
    stats[kind] += 1;
    if (kind === "retry") return;
    if (handle === undefined) say("An event has no handle, so it can't be confirmed.");
    else if (ended) ended.push([handle, event]);
    else await confirm([[handle, event]]);
  }

  stats.pulled += events.length;
  stats.inFlight += events.length;
  const all = Promise.all(
    events.map((event) =>
      take(event)
        .catch((error: unknown) => say(`An event was left in the queue: ${error}`))
        .finally(() => {
          stats.inFlight -= 1;
          onEventEnd();
        }),
    ),
  );
  await orAt(confirmAt - clock.monotonic(), all);
  const together = ended;
  ended = undefined;
  await Promise.all([confirm(together), all]);
}

/** Resolves with the work, or after `ms` without it. */
async function orAt(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const later = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await Promise.race([work, later]);
  } finally {
    clearTimeout(timer);
  }
}
