import { join } from "node:path";
import { realSchedule, type Schedule } from "../../../local-cloud";

/** Time that goes faster than the machine's, for a local cloud and the functions in it. */
export interface FastTime {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly schedule: Schedule;
  sleep(ms: number): Promise<void>;
  /**
   * The variables of a function that give it this time.
   * @param lifeMs a random part of it is the life of each instance, which is killed then; without it none is
   */
  environment(lifeMs?: number): Record<string, string>;
}

/** @param speed how many times as fast as the machine's */
export function fastTime(speed: number): FastTime {
  const start = Date.now();
  return {
    now: () => Math.round(start + (Date.now() - start) * speed),
    schedule: (delayMs, run) => realSchedule(delayMs / speed, run),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms / speed)),
    environment: (lifeMs) => ({
      NODE_OPTIONS: `--require=${JSON.stringify(join(__dirname, "function-clock.cjs"))}`,
      CLOCK_START: String(start),
      CLOCK_SPEED: String(speed),
      ...(lifeMs !== undefined && { LIFE_MS: String(lifeMs) }),
    }),
  };
}
