/** What SearchLog is asked, as far as a made-up log heeds it. */
export interface Search {
  readonly From: number;
  readonly To: number;
  readonly Limit: number;
  readonly Offset: number;
}

/** A log of any number of lines, of which none is stored: each is made when a search returns it. */
export interface MadeUpLog {
  readonly lines: number;
  /** When the first line was written, in milliseconds since 1970. */
  readonly start: number;
  /** The lines are spread evenly over so much time. */
  readonly spanMs: number;
  /** The fields of a line, by its number. */
  readonly fieldsOf: (number: number) => Readonly<Record<string, string>>;
}

/** How many lines of the log a search finds, and the number of the first one. */
export function findLines({ lines, start, spanMs }: MadeUpLog, { From, To }: Pick<Search, "From" | "To">) {
  const before = (time: number) => Math.min(lines, Math.max(0, Math.ceil(((time - start) * lines) / spanMs)));
  return { first: before(From), found: before(To + 1) - before(From) };
}

/** Answers a search by the documented rules (docs/tencent-protocols.md#searching-the-log), in the order of times. */
export function searchMadeUp(log: MadeUpLog, search: Search): object {
  const { first, found } = findLines(log, search);
  const { Offset, Limit } = search;
  const count = Math.max(0, Math.min(Limit, 1000, found - Offset));
  return {
    ListOver: Offset + count >= found,
    Results: Array.from({ length: count }, (_, index) => {
      const number = first + Offset + index;
      const Time = log.start + Math.floor((number * log.spanMs) / log.lines);
      return { Time, LogJson: JSON.stringify(log.fieldsOf(number)) };
    }),
  };
}
