import type { Clock } from "../clock";
import { text } from "../event/untrusted";
import { isJsonObject, type JsonObject } from "../json";
import type { Outcome } from "../outcome";
import type { EventQueue } from "./queue";
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
  /** Works on an event; it ends by itself at `until`, in milliseconds since 1970. */
  readonly work: (event: JsonObject, deadlineMs: number) => Promise<Outcome>;
  readonly clock: Clock;
  /** When everything must have ended, in milliseconds since 1970; Infinity where nothing bounds it. */
  readonly end: number;
  /** Writes a line of the log. */
  readonly say: (line: string) => void;
  /** Is kept up to date. */
  readonly stats: Stats;
}

/**
 * Works on all events of one pull at once. Those that are done or parked are confirmed together, when all have
 * ended or the time for it has come; one that ends later is confirmed by itself. The rest come back.
 * @param sent when the pull was sent, in milliseconds since 1970
 * @param onEventEnd is called when an event has ended
 */
export async function workOnBatch(
  events: readonly unknown[],
  sent: number,
  { queue, work, clock, end, say, stats }: BatchOptions,
  onEventEnd: () => void,
): Promise<void> {
  const workUntil = Math.min(sent + WORK_UNTIL_MS, end - LEFT_FOR_CONFIRMING_MS);
  const confirmUntil = Math.min(sent + CONFIRM_UNTIL_MS, end);
  const confirmAt = Math.min(sent + CONFIRM_AT_MS, workUntil);
  let ended: string[] | undefined = [];

  async function confirm(handles: readonly string[]): Promise<void> {
    if (handles.length === 0) return;
    const { refused, reason } = await queue.confirm(handles, confirmUntil);
    stats.confirmed += handles.length - refused;
    if (refused > 0) say(`${refused} of ${handles.length} events were not confirmed: ${reason}`);
  }

  async function take(event: unknown): Promise<void> {
    if (!isJsonObject(event)) return say("What was pulled is no event; it can't be confirmed.");
    const handle = text(event["EventHandle"]);
    const { kind } = await work(event, workUntil);
    stats[kind] += 1;
    if (kind === "retry") return;
    if (handle === undefined) say("An event without a handle can't be confirmed.");
    else if (ended) ended.push(handle);
    else await confirm([handle]);
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
  await orAt(confirmAt - clock.now(), all);
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
