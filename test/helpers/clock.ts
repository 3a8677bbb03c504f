import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "../../lib/clock";
import type { Schedule } from "../../local-cloud/schedule";

/** A second of no importance, in milliseconds since 1970. */
export const NOW = 1_790_000_000_000;

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/**
 * A clock and scheduler that stand still until a test, or a sleep, advances them. Both readings are the same until
 * a test sets the wall clock.
 */
export class FakeClock implements Clock {
  /** The pauses asked for, in milliseconds. */
  readonly sleeps: number[] = [];
  /** Whether a sleep advances the clock, and so takes no time; else it takes a moment, for what others do meanwhile. */
  isPassing = true;
  readonly #timers = new Set<Timer>();
  #now: number;
  #setByMs = 0;

  /** @param startMs the real time, if signatures made by the real clock are checked against this one */
  constructor(readonly startMs = NOW) {
    this.#now = startMs;
  }

  readonly now = (): number => this.#now + this.#setByMs;

  readonly monotonic = (): number => this.#now;

  /** Sets the wall clock forward, or back by a negative time. No time passes. */
  setWall(byMs: number): void {
    this.#setByMs += byMs;
  }

  readonly sleep = async (ms: number): Promise<void> => {
    this.sleeps.push(ms);
    if (this.isPassing) this.advance(ms);
    else await pause(5);
  };

  readonly schedule: Schedule = (delayMs, run) => {
    const timer = { at: this.#now + delayMs, run };
    this.#timers.add(timer);
    if (delayMs <= 0) setImmediate(() => this.advance(0));
    return () => this.#timers.delete(timer);
  };

  /** In how many milliseconds each timer is due, the next one first. */
  get waiting(): number[] {
    return [...this.#timers].map(({ at }) => at - this.#now).sort((one, other) => one - other);
  }

  /** Goes on to the timer that is due first. */
  next(): void {
    this.advance(this.waiting[0] ?? 0);
  }

  /** Lets time pass, and runs the timers that are due on the way. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
      if (!next) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
    this.#now = end;
  }
}

/**
 * Has `Date`, `process.hrtime` and `setTimeout` stand still in every test of a file, so that no deadline passes by itself while
 * sockets work at the machine's speed.
 */
export function useVirtualTime(): void {
  const names = ["nextTick", "queueMicrotask", "setImmediate", "clearImmediate"] as const;
  const intervals = ["setInterval", "clearInterval"] as const;
  beforeEach(() => jest.useFakeTimers({ now: NOW, doNotFake: [...names, ...intervals] }));
  afterEach(() => jest.useRealTimers());
}

/**
 * Lets virtual time pass until the work has ended.
 * @param stepMs how much passes in one turn of the event loop; work with sockets takes a few turns
 */
export async function inVirtualTime<Result>(work: Promise<Result>, stepMs = 10): Promise<Result> {
  let ended = false;
  const end = () => {
    ended = true;
  };
  work.then(end, end);
  while (!ended) await jest.advanceTimersByTimeAsync(stepMs);
  return await work;
}
