import type { Clock } from "../../lib/clock";
import type { Stats } from "../../lib/reliable/stats";
import { openStatusLine, printError } from "../terminal/output";

/** How often a line is printed into a file or a pipe; a terminal's line is updated in place. */
const PLAIN_MS = 10_000;
const TERMINAL_MS = 1000;
/** VOD's count is minutes late, so a more frequent one would be no better. */
const COUNT_MS = 30_000;

export interface ProgressOptions {
  readonly stats: Stats;
  /** Asks VOD how many events wait in the queue. */
  readonly countWaiting: () => Promise<number | undefined>;
  readonly clock: Clock;
}

/** A line about a run, which stays below the other output. */
export interface Progress {
  /** Prints something after it has removed the line. */
  around(print: () => void): void;
  logLine(text: string): void;
  end(): void;
}

/** Shows the progress of a run: events a second, events in flight, and the backlog by VOD's count. */
export function showProgress({ stats, countWaiting, clock }: ProgressOptions): Progress {
  const status = openStatusLine();
  let last = { at: clock.monotonic(), ended: 0 };
  let counted = { at: Number.NEGATIVE_INFINITY, waiting: undefined as number | undefined };

  const show = () => {
    const now = clock.monotonic();
    if (now - counted.at >= COUNT_MS) {
      counted = { ...counted, at: now };
      // The run itself reports the error.
      countWaiting().then(
        (waiting) => {
          counted = { ...counted, waiting };
        },
        () => {},
      );
    }
    const ended = stats.done + stats.park + stats.retry;
    const perSecond = ((ended - last.ended) * 1000) / Math.max(1, now - last.at);
    last = { at: now, ended };
    const backlog = counted.waiting === undefined ? "" : `, about ${counted.waiting} in the queue`;
    status.show(`${perSecond.toFixed(1)} events/s, ${stats.inFlight} in flight, ${ended} so far${backlog}`);
  };
  const timer = setInterval(show, status.isTerminal ? TERMINAL_MS : PLAIN_MS);

  return {
    around(print) {
      status.clear();
      print();
    },
    logLine(text) {
      status.clear();
      printError(text);
    },
    end() {
      clearInterval(timer);
      status.clear();
    },
  };
}
