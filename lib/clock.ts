/** The only source of time; tests pass their own. */
export interface Clock {
  /** Wall time, in milliseconds since 1970: for signatures and the times of log lines. It can be set at any moment. */
  now(): number;
  /** Milliseconds since some fixed moment: for deadlines, rates and pauses. It never goes back or jumps. */
  monotonic(): number;
  /** Resolves after `ms` milliseconds. */
  sleep(ms: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  // From Node.js 20 on, the first use of `performance` loads a dozen modules.
  monotonic() {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1e3 + nanoseconds / 1e6;
  },
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
