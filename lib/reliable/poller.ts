import { ConfigError } from "../config";
import { isNamed } from "../errors";
import { loadSdk } from "../tencent-cloud/load-sdk";
import { type BatchOptions, workOnBatch } from "./batch";

/** The maximum number of events of one pull (docs/tencent-protocols.md#pulling-events). */
const PAGE = 16;
const MAX_PULLS = 4;
const MAX_IN_FLIGHT = 128;
/** With a low rate fewer are taken, so that each gets its turn in time. */
const SECONDS_TO_A_TURN = 5;
/** A pull takes up to 7 s; the rest is for its events. */
const LEFT_FOR_A_PULL_MS = 12_000;
/** An empty answer that comes sooner was no long poll. */
const SHORT_POLL_MS = 1000;
const PAUSE_MS = 500;
const MAX_PAUSE_MS = 8000;

export interface PollOptions extends BatchOptions {
  /** With "stop" two empty pulls in a row end the run. */
  readonly idle: "wait" | "stop";
  readonly callsPerSecond: number;
  /** Called before each pull; events in flight are finished in any case. */
  readonly isStopped: () => boolean;
  /**
   * Resolves when further events can be taken; without it, they always can. A ConfigError that it throws ends the run.
   */
  readonly hasRoom?: (() => Promise<void>) | undefined;
}

/**
 * Empties the reliable callback's queue: it pulls while the events of earlier pulls are processed, until shortly before
 * its time ends. When it returns, all its work has ended.
 * @throws the error of a pull, if it is permanent or no pull was answered
 * @throws {ConfirmError} if no event can be confirmed
 * @throws {ConfigError} if there is no time for a pull
 */
export async function poll(options: PollOptions): Promise<void> {
  const { queue, clock, end, idle, callsPerSecond, isStopped, hasRoom, say, stats } = options;
  const most = Math.max(PAGE, Math.min(MAX_IN_FLIGHT, SECONDS_TO_A_TURN * callsPerSecond));
  const pulls = new Set<Promise<void>>();
  const pages = new Set<Promise<void>>();
  /** As long as pulls come back full, more of them are sent at a time. */
  let width = 1;
  let empty = 0;
  let failures = 0;
  let answered = false;
  /** Why a pull failed. */
  let failed: { readonly error: unknown } | undefined;
  let isFatal = false;
  let wake = () => {};

  const goesOn = () =>
    !isFatal &&
    !(idle === "stop" && empty >= 2) &&
    clock.monotonic() + LEFT_FOR_A_PULL_MS <= end &&
    !isStopped();
  const mustWait = () => pulls.size >= width || stats.inFlight + PAGE * (pulls.size + 1) > most;
  const pause = async (earlier: number) => {
    const ms = Math.min(PAUSE_MS * 2 ** earlier, MAX_PAUSE_MS);
    if (goesOn()) await clock.sleep(ms * (0.5 + Math.random() / 2));
  };

  async function pull(): Promise<void> {
    try {
      await hasRoom?.();
      if (!goesOn()) return;
      const sent = clock.monotonic();
      const events = await queue.pull();
      failures = 0;
      answered = true;
      width = events.length < PAGE ? 1 : Math.min(width + 1, MAX_PULLS);
      // What is being worked on may bring new events.
      empty = events.length > 0 || stats.inFlight > 0 ? 0 : empty + 1;
      // What can't be confirmed comes back by itself.
      if (isFatal) return;
      if (events.length > 0)
        keep(
          pages,
          workOnBatch(events, sent, options, () => wake(), stop),
        );
      else if (clock.monotonic() - sent < SHORT_POLL_MS) await pause(0);
    } catch (error) {
      const { describeFailure, isTransientFailure } = loadSdk();
      const failure = describeFailure(error);
      width = 1;
      if (!isFatal) failed = { error };
      isFatal ||= isNamed(error, "ConfigError") || !isTransientFailure(error);
      if (isFatal) return;
      const reason = `${failure.code ?? ""} ${failure.message}`.trim();
      say(`PullEvents failed; retrying: ${reason}`);
      await pause(failures++);
    }
  }

  function stop(error: unknown): void {
    if (!isFatal) failed = { error };
    isFatal = true;
  }

  function keep(all: Set<Promise<void>>, one: Promise<void>): void {
    const kept = one.finally(() => {
      all.delete(kept);
      wake();
    });
    all.add(kept);
  }

  if (clock.monotonic() + LEFT_FOR_A_PULL_MS > end) {
    throw new ConfigError("the time limit is too short: a run needs at least 13 seconds, better 60");
  }
  while (goesOn()) {
    if (!mustWait()) keep(pulls, pull());
    else {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  await Promise.all(pulls);
  await Promise.all(pages);
  if (failed && (isFatal || !answered)) throw failed.error;
}
