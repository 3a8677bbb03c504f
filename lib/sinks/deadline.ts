import type { Clock } from "../clock";

/** Time for a handler that reacts to its signal to report what it could not finish. */
const GRACE_MS = 20;
/** Timers count no further than 2^31 ms. */
const MAX_MS = 2 ** 31 - 1000;

/** The end of the time for an event. */
export interface Deadline {
  /** Aborts when the time is over. */
  signal(): AbortSignal;
  /** @throws {Late} if the work has not ended shortly after the time is over */
  within<Result>(work: Promise<Result>): Promise<Result>;
  clear(): void;
}

export class Late extends Error {
  override readonly name = "Late";
}

/** Ends the wait for work at `deadlineMs`; work that ends at once needs no timer. */
export function createDeadline(deadlineMs: number, clock: Clock): Deadline {
  let controller: AbortController | undefined;
  let timer: NodeJS.Timeout | undefined;
  let late: Promise<never> | undefined;
  let isOver = false;

  const arm = () =>
    new Promise<never>((_resolve, reject) => {
      const left = Math.min(Math.max(0, deadlineMs - clock.monotonic()), MAX_MS);
      timer = setTimeout(() => {
        isOver = true;
        controller?.abort();
        timer = setTimeout(() => reject(new Late("the handler did not end in time")), GRACE_MS);
      }, left);
    });

  return {
    signal() {
      controller ??= new AbortController();
      if (isOver) controller.abort();
      return controller.signal;
    },
    within(work) {
      late ??= arm();
      return Promise.race([work, late]);
    },
    clear: () => clearTimeout(timer),
  };
}
