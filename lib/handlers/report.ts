import type { Log } from "../log/log";

/** Something said of a value, such as `Url: https://…`. */
export interface Field {
  readonly text: string;
  /** Whether it leads somewhere: an identity, a URL, an error. Prose comes last where there is much. */
  readonly weighty: boolean;
}

/** What one line tells, or several where it is long. */
export interface Entry {
  readonly head: string;
  readonly failed: boolean;
  readonly fields: readonly Field[];
}

/** Above this the log of a request may overflow, as lines repeat their heads. */
const MUCH = 512 * 1024;

/**
 * Logs the entries, whose values are clean, in their order. Where there is so much that a request's log may not hold it, the failures
 * come first and prose last, so that it is prose that is left out.
 */
export function writeReport(entries: readonly Entry[], log: Log): void {
  if (sizeOf(entries) <= MUCH) {
    for (const entry of entries) write(entry, entry.fields, log);
    return;
  }
  for (const failed of [true, false]) {
    for (const entry of entries.filter((candidate) => candidate.failed === failed)) {
      write(
        entry,
        entry.fields.filter(({ weighty }) => weighty),
        log,
      );
    }
  }
  for (const entry of entries) {
    const prose = entry.fields.filter(({ weighty }) => !weighty);
    if (prose.length > 0) write(entry, prose, log);
  }
}

function write({ head }: Entry, fields: readonly Field[], log: Log): void {
  log.own.list(
    head,
    fields.map(({ text }) => text),
  );
}

function sizeOf(entries: readonly Entry[]): number {
  let characters = 0;
  for (const { head, fields } of entries) {
    characters += head.length;
    for (const { text } of fields) characters += text.length;
  }
  return characters;
}
