import type { Findings } from "./evidence";

export interface SoakOptions {
  /** An empty database that the functions record events in, in normal mode. */
  readonly recordUrl?: string;
  readonly events: number;
  readonly seed: number;
  /** Gets the progress. */
  readonly report: (line: string) => void;
}

export interface SoakResult extends Findings {
  /** Instances that were killed in the middle of their work. */
  readonly killed: number;
  /** Notifications that found no instance. */
  readonly throttled: number;
  /** API calls that were made to fail. */
  readonly failed: number;
  /** Events that are on their way at the end; there should be none. */
  readonly left: number;
}

/** In the functions' time: how often to look at what goes on. */
export const LOOK_MS = 1000;
/** Without any change for so long it has come to a standstill. */
const STANDSTILL_MS = 10 * 60_000;

/** Returns whether something changed lately, for each state that it gets. */
export function watchProgress(now: () => number, standstillMs = STANDSTILL_MS): (state: string) => boolean {
  let last = { at: now(), state: "" };
  return (state) => {
    if (state !== last.state) last = { at: now(), state };
    return now() - last.at <= standstillMs;
  };
}
