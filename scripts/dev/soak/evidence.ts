import { collectRecords } from "../../replay/records";

/** What a soak puts in: what must be found again. */
export interface Expected {
  /** FileIds of uploads: each is transcoded exactly once, and its outputs get into the log or are kept. */
  readonly uploads: readonly string[];
  /** Marks within events that can't be read: each is kept for replay. */
  readonly unreadable: readonly string[];
  /** Names of unknown event types: each is logged. */
  readonly unknown: readonly string[];
  /** The type of the event that ends the process: it is kept for replay. */
  readonly poison?: string;
}

/** What came of it; `parked` are the events kept for replay. */
export interface Findings {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly parked: number;
}

/**
 * Looks for every event in what it should have led to.
 * @param tasks how many task flows VOD has started for each FileId
 * @param log all lines of the functions' log
 */
export function examine(
  { uploads, unreadable, unknown, poison }: Expected,
  tasks: ReadonlyMap<string, number>,
  log: readonly string[],
): Findings {
  const parked = keptForReplay(log);
  const kept = parked.join("\n");
  const logged = new Set(
    log.flatMap((line) => /^Transcode succeeded\. FileId: (\d+), /.exec(line)?.[1] ?? []),
  );
  const unknownTold = new Set(
    log.flatMap((line) => /^Received an event of unknown type: (\w+)/.exec(line)?.[1] ?? []),
  );
  return {
    lost: [
      // Also one that is parked: nothing that fails here lasts.
      ...uploads.filter((id) => !tasks.has(id)).map((id) => `upload ${id}`),
      ...uploads
        .filter((id) => tasks.has(id) && !logged.has(id) && !kept.includes(id))
        .map((id) => `outputs of ${id}`),
      ...unreadable.filter((mark) => !kept.includes(mark)).map((mark) => `unreadable ${mark}`),
      ...(poison === undefined || kept.includes(`"EventType":"${poison}"`) ? [] : [poison]),
      ...unknown.filter((name) => !unknownTold.has(name)).map((name) => `unknown ${name}`),
    ],
    doubled: [...tasks].filter(([, count]) => count > 1).map(([fileId]) => fileId),
    parked: parked.length,
  };
}

/** The events that a log keeps for replay, each as JSON. */
export function keptForReplay(log: readonly string[]): readonly string[] {
  return collectRecords(log).kept.map((record) => JSON.stringify(record));
}
