import { randomUUID } from "node:crypto";
import type { EventContent } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { ApiError } from "../api/error";
import type { Schedule } from "../schedule";
import { notification } from "./null-siblings";

/** See docs/tencent-protocols.md#pulling-events. */
const MAX_EVENTS = 16;
const CONFIRM_MS = 30_000;
const KEEP_MS = 4 * 24 * 3600 * 1000;
/** The official "about three minutes" that the count is late. */
const COUNT_MS = 3 * 60 * 1000;

export interface QueueOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly schedule: Schedule;
  /** How long a pull from an empty queue is held. */
  readonly pullHoldMs: number;
  /** What a pull from an empty queue answers, which is not documented. */
  readonly emptyPull: "null" | "empty" | "not-found";
  /** Whether the valid handles of a batch with a stale one are confirmed, which is not documented. */
  readonly partialConfirm: boolean;
}

interface Queued {
  /** Its place, by arrival. */
  readonly number: number;
  readonly since: number;
  readonly event: EventContent;
}

interface Delivery {
  readonly queued: Queued;
  readonly at: number;
}

/** A pull that waits for an event. */
interface HeldPull {
  /** Ends it where there is something now, or its time is over. */
  serve(): void;
  end(events: object[]): void;
}

/** VOD's queue of events, for its reliable callback (PullEvents, ConfirmEvents, DescribeEventsState). */
export class EventQueue {
  #arrivals = 0;
  /** By their numbers; an unconfirmed event keeps its place, as nothing else is documented. */
  #waiting: Queued[] = [];
  /** By handle, and so in the order of delivery. */
  readonly #delivered = new Map<string, Delivery>();
  readonly #held = new Set<HeldPull>();
  #count = { at: Number.NEGATIVE_INFINITY, events: 0 };

  constructor(private readonly options: QueueOptions) {}

  add(event: EventContent): void {
    this.#waiting.push({ number: ++this.#arrivals, since: this.options.now(), event });
    for (const pull of [...this.#held]) pull.serve();
  }

  /**
   * Up to 16 events; of an empty queue as soon as there is one, or nothing after five seconds.
   * @param gone aborts when the client does: then the pull takes nothing any more. An answer that is lost later
   * on costs its events a delivery: they come back after 30 seconds.
   * @throws {ApiError} ResourceNotFound for an empty queue, if `emptyPull` asks for it
   */
  async pull(gone: AbortSignal): Promise<{ EventSet: object[] | null }> {
    const { emptyPull } = this.options;
    const events = await this.#take(gone);
    if (events.length > 0 || emptyPull === "empty") return { EventSet: events };
    if (emptyPull === "null") return { EventSet: null };
    throw new ApiError("ResourceNotFound", "The queue has no event to pull.");
  }

  /**
   * Removes delivered events permanently.
   * @throws {ApiError} InvalidParameterValue if a handle is unknown, used, or older than 30 seconds
   */
  confirm(handles: readonly string[]): void {
    if (handles.length < 1 || handles.length > MAX_EVENTS) {
      throw new ApiError("InvalidParameterValue", `EventHandles takes 1 to ${MAX_EVENTS} handles.`);
    }
    this.#settle();
    const stale = handles.filter((handle) => !this.#delivered.has(handle));
    if (stale.length === 0 || this.options.partialConfirm) {
      for (const handle of handles) this.#delivered.delete(handle);
    }
    if (stale.length > 0) {
      throw new ApiError("InvalidParameterValue", `These EventHandles are not valid: ${stale.join(", ")}.`);
    }
  }

  /** How many events could be pulled up to three minutes ago. */
  countOfEventsToPull(): number {
    const now = this.options.now();
    if (now - this.#count.at >= COUNT_MS) {
      this.#settle();
      this.#count = { at: now, events: this.#waiting.length };
    }
    return this.#count.events;
  }

  /** How many events are not confirmed yet, delivered or not. */
  size(): number {
    const { waiting, inFlight } = this.counts();
    return waiting + inFlight;
  }

  /** The same, divided into those that wait and those that were delivered. */
  counts(): { readonly waiting: number; readonly inFlight: number } {
    this.#settle();
    return { waiting: this.#waiting.length, inFlight: this.#delivered.size };
  }

  /** Ends the pulls that wait. */
  close(): void {
    for (const pull of [...this.#held]) pull.end([]);
  }

  /** Waits for events until the pull's time is over, or its client has gone. */
  #take(gone: AbortSignal): Promise<object[]> {
    const { now, schedule, pullHoldMs } = this.options;
    const until = now() + pullHoldMs;
    return new Promise((resolve) => {
      let cancel = () => {};
      const pull: HeldPull = {
        serve: () => {
          const events = this.#deliver();
          if (events.length > 0 || now() >= until) return pull.end(events);
          cancel();
          // What is delivered from now on comes back after this pull only.
          cancel = schedule(Math.min(until, this.#nextReturn()) - now(), () => pull.serve());
        },
        end: (events) => {
          cancel();
          this.#held.delete(pull);
          resolve(events);
        },
      };
      if (gone.aborted) return resolve([]);
      gone.addEventListener("abort", () => pull.end([]), { once: true });
      this.#held.add(pull);
      pull.serve();
    });
  }

  #deliver(): object[] {
    this.#settle();
    return this.#waiting.splice(0, MAX_EVENTS).map((queued) => {
      const EventHandle = randomUUID();
      this.#delivered.set(EventHandle, { queued, at: this.options.now() });
      return { EventHandle, ...notification(queued.event) };
    });
  }

  /** When the first event that is delivered now comes back, in milliseconds since 1970. */
  #nextReturn(): number {
    const [first] = this.#delivered.values();
    return first === undefined ? Number.POSITIVE_INFINITY : first.at + CONFIRM_MS;
  }

  /** Takes back what was not confirmed in time, and drops what is too old. */
  #settle(): void {
    const now = this.options.now();
    const returned: Queued[] = [];
    for (const [handle, { queued, at }] of this.#delivered) {
      if (now - at < CONFIRM_MS) break;
      this.#delivered.delete(handle);
      returned.push(queued);
    }
    if (returned.length > 0) {
      this.#waiting = [...returned, ...this.#waiting].sort((one, other) => one.number - other.number);
    }
    const kept = this.#waiting.findIndex(({ since }) => now - since < KEEP_MS);
    if (kept !== 0) this.#waiting.splice(0, kept < 0 ? this.#waiting.length : kept);
  }
}
