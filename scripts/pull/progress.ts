import type { Clock } from "../../lib/clock";
import type { Stats } from "../../lib/reliable/stats";
import { openStatusLine, printError } from "../terminal/output";

/** What is printed now and then where it goes to a file or a pipe; a terminal's line is kept up to date. */
const PLAIN_MS = 10_000;
const TERMINAL_MS = 1000;
/** VOD's count is minutes late anyhow. */
const COUNT_MS = 30_000;

export interface ProgressOptions {
  readonly stats: Stats;
  /** Asks VOD how many events wait in the queue. */
  readonly countWaiting: () => Promise<number | undefined>;
  readonly clock: Clock;
}

/** A line about a run, which stays below what else is printed. */
export interface Progress {
  /** Prints something, with the line out of the way. */
  around(print: () => void): void;
  logLine(text: string): void;
  end(): void;
}

/** Shows how a run gets on: events a second, in flight, and the backlog by VOD's own count. */
export function showProgress({ stats, countWaiting, clock }: ProgressOptions): Progress {
  const status = openStatusLine();
  let last = { at: clock.now(), ended: 0 };
  let counted = { at: Number.NEGATIVE_INFINITY, waiting: undefined as number | undefined };

  const show = () => {
    const now = clock.now();
    if (now - counted.at >= COUNT_MS) {
      counted = { ...counted, at: now };
      // The run itself tells what is wrong.
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
