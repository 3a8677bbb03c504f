/** The events of a run so far. */
export interface Stats {
  pulled: number;
  /** Being processed now. */
  inFlight: number;
  done: number;
  park: number;
  retry: number;
  confirmed: number;
}

export const newStats = (): Stats => ({ pulled: 0, inFlight: 0, done: 0, park: 0, retry: 0, confirmed: 0 });
