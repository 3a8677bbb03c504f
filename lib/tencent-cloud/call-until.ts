import type { Clock } from "../clock";

const FIRST_PAUSE_MS = 200;
/** The part of the remaining time that one attempt may use, so that one that hangs leaves time for the next. */
const ATTEMPT_SHARE = 0.6;
/** Less than this is not shared. */
const SHORT_MS = 500;

/**
 * Makes a call and retries it after transient errors.
 * @param attempt gets the signal that ends it at `deadlineMs`
 * @param deadlineMs when to give up, on the monotonic clock; no call starts or continues after it
 * @param isTransient whether an error is worth another call
 * @param lastStartMs no call starts after it, though one may go on
 * @returns what the first successful call returned
 * @throws the last call's error, or an error of its own if no time is left for any call
 */
export async function callUntil<Result>(
  attempt: (signal: AbortSignal) => Promise<Result>,
  deadlineMs: number,
  clock: Clock,
  isTransient: (error: unknown) => boolean,
  lastStartMs = deadlineMs,
): Promise<Result> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
    try {
      const now = clock.monotonic();
      const left = deadlineMs - now;
      if (left <= 0 || now > lastStartMs) throw new Error("no time is left for an API call");
      return await withDeadline(attempt, Math.max(left * ATTEMPT_SHARE, Math.min(left, SHORT_MS)));
    } catch (error) {
      // Half of each pause is chance, so that callers that failed together don't come back together.
      const pause = pauseMs * (0.5 + Math.random() / 2);
      if (!isTransient(error) || clock.monotonic() + pause >= Math.min(deadlineMs, lastStartMs)) throw error;
      await clock.sleep(pause);
    }
  }
}

/** Ends at the deadline even if the call ignores its signal. */
async function withDeadline<Result>(
  attempt: (signal: AbortSignal) => Promise<Result>,
  ms: number,
): Promise<Result> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${Math.round(ms)} ms`));
      controller.abort();
    }, ms);
  });
  try {
    return await Promise.race([attempt(controller.signal), deadline]);
  } finally {
    clearTimeout(timer);
  }
}
