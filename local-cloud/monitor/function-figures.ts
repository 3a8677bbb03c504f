import type { HandledRequest } from "../scf/runtime/functions";

/** What a function did in one minute. */
interface Minute {
  /** How many requests ended with each status code. */
  readonly statuses: Map<number, number>;
  durationMs: number;
  concurrent: number;
}

const MINUTE_S = 60;
const THROTTLED = 432;

const countOf = (minutes: readonly Minute[], counts: (status: number) => boolean): number =>
  minutes
    .flatMap(({ statuses }) => [...statuses])
    .reduce((sum, [status, count]) => sum + (counts(status) ? count : 0), 0);

/**
 * The metrics of `QCE/SCF_V2` that the local cloud has. A throttled request counts as an invocation and not as
 * an error, since it never ran: the documents do not state this.
 */
export const METRICS: ReadonlyMap<string, (minutes: readonly Minute[]) => number> = new Map([
  ["Invocation", (minutes) => countOf(minutes, () => true)],
  ["Error", (minutes) => countOf(minutes, (status) => status !== 200 && status !== THROTTLED)],
  ["Throttle", (minutes) => countOf(minutes, (status) => status === THROTTLED)],
  ["Http2xx", (minutes) => countOf(minutes, (status) => status === 200)],
  ["Http432", (minutes) => countOf(minutes, (status) => status === THROTTLED)],
  ["Http433", (minutes) => countOf(minutes, (status) => status === 433)],
  ["Http434", (minutes) => countOf(minutes, (status) => status === 434)],
  ["ConcurrentExecutions", (minutes) => Math.max(...minutes.map(({ concurrent }) => concurrent))],
  [
    "Duration",
    (minutes) => {
      const ran = countOf(minutes, (status) => status !== THROTTLED);
      const totalMs = minutes.reduce((sum, { durationMs }) => sum + durationMs, 0);
      return ran === 0 ? 0 : totalMs / ran;
    },
  ],
]);

/** A function's figures by the minute. */
export class FunctionFigures {
  /** By `namespace/name`, then by the second that the minute begins with. */
  readonly #functions = new Map<string, Map<number, Minute>>();

  add({ namespace, name, startMs, concurrent, invocation }: HandledRequest): void {
    const key = `${namespace}/${name}`;
    const minutes = this.#functions.get(key) ?? new Map<number, Minute>();
    this.#functions.set(key, minutes);
    const second = floor(startMs / 1000, MINUTE_S);
    const minute = minutes.get(second) ?? { statuses: new Map(), durationMs: 0, concurrent: 0 };
    minutes.set(second, minute);
    const status = invocation.error?.statusCode ?? 200;
    minute.statuses.set(status, (minute.statuses.get(status) ?? 0) + 1);
    minute.durationMs += invocation.durationMs;
    minute.concurrent = Math.max(minute.concurrent, concurrent);
  }

  /**
   * The minutes of a function by the period that they fall into, in order; a period without a request is absent.
   * All times are in seconds since 1970, `from` and `to` inclusive.
   */
  periods(namespace: string, name: string, periodS: number, from: number, to: number): [number, Minute[]][] {
    const periods = new Map<number, Minute[]>();
    const first = floor(from, periodS);
    for (const [second, minute] of this.#functions.get(`${namespace}/${name}`) ?? []) {
      const start = floor(second, periodS);
      if (start >= first && start <= to) periods.set(start, [...(periods.get(start) ?? []), minute]);
    }
    return [...periods].sort(([a], [b]) => a - b);
  }
}

function floor(second: number, step: number): number {
  return Math.floor(second / step) * step;
}
