import type { Clock } from "../../lib/clock";
import { UsageError } from "../../lib/errors";
import { isJsonObject, type JsonObject } from "../../lib/json";
import { describeFailure } from "../../lib/tencent-cloud/errors";
import { ANSWER_TOO_LARGE } from "../../lib/tencent-cloud/sdk-stubs/node-fetch";
import { openStatusLine } from "../terminal/output";
import type { Account } from "./account";
import type { FunctionName } from "./function-names";

const MAX_PAGE = 1000;
/** A window holds fewer lines than CLS returns for one search. */
const MAX_WINDOW_LINES = 10_000;
/** After a window with fewer lines the next one is twice as long. */
const SPARSE_LINES = MAX_WINDOW_LINES / 4;
/** More would lead to times that no date has. */
const MAX_DURATION_MS = 9999 * 86_400_000;
/** How many times in a row CLS may return nothing although more follows. */
const MAX_EMPTY = 3;
/** How often progress is printed; a terminal's line is replaced each time. */
const PLAIN_MS = 10_000;
const TERMINAL_MS = 1000;

/** A line of a function's log. */
export interface LogLine {
  /** Identifies the line, also among equal texts. */
  readonly key: string;
  /** Milliseconds since 1970; 0 if unknown. */
  readonly time: number;
  readonly text: string;
  /** The fields that the platform adds, such as SCF_RequestId and SCF_Type. */
  readonly fields: JsonObject;
}

/** CLS answered without the lines that it counted. */
export class IncompleteLogError extends Error {
  override readonly name = "IncompleteLogError";
}

interface Page {
  readonly lines: readonly LogLine[];
  /** How many results CLS returned, including those of other functions. */
  readonly count: number;
  /** Whether nothing follows. */
  readonly isLast: boolean;
}

/** Searches from `start` to `end`, in milliseconds since 1970, both included. */
type Search = (start: number, end: number, offset: number, limit: number) => Promise<Page>;

/**
 * Reads a function's lines from CLS, window by window in the order of their times; at most one page is in memory.
 * A window that holds 10,000 lines, or that CLS cannot search, is halved
 * (docs/tencent-protocols.md#searching-the-log). Within one millisecond, `Offset` leads to every line.
 * @param from milliseconds since 1970, as `to`; both are included
 * @throws {IncompleteLogError} if CLS returns no more lines before the end
 * @throws {CallError} if CLS refuses a search, however small it is
 */
export async function* readLines(
  { cls }: Pick<Account, "cls">,
  TopicId: string,
  { namespace, name }: FunctionName,
  from: number,
  to: number,
): AsyncGenerator<LogLine> {
  const QueryString = `SCF_FunctionName:"${name}" AND SCF_Namespace:"${namespace}"`;
  const search: Search = async (From, To, Offset, Limit) => {
    const range = { TopicId, From, To, Offset, Limit };
    const answer: unknown = await cls.request("SearchLog", {
      ...range,
      QueryString,
      QuerySyntax: 1,
      Sort: "asc",
    });
    const page = isJsonObject(answer) ? answer : {};
    const results = Array.isArray(page["Results"]) ? page["Results"] : [];
    const lines = results.filter(isJsonObject).map(readLine);
    return {
      lines: lines.filter(({ fields }) => isOf(fields, { namespace, name })),
      count: results.length,
      isLast: page["ListOver"] === true,
    };
  };
  let windowMs = to - from + 1;
  for (let start = from; start <= to; ) {
    const end = Math.min(start + windowMs - 1, to);
    const first = start < end ? await openWindow(search, start, end) : NO_PAGE;
    if (!first) {
      windowMs = Math.ceil((end - start + 1) / 2);
      continue;
    }
    yield* first.lines;
    let read = first.count;
    if (!first.isLast) {
      for await (const page of readPages(search, start, end, read)) {
        yield* page.lines;
        read += page.count;
      }
    }
    start = end + 1;
    if (read < SPARSE_LINES) windowMs *= 2;
  }
}

const NO_PAGE: Page = { lines: [], count: 0, isLast: false };

/** @returns the window's first page; undefined if the window must be smaller */
async function openWindow(search: Search, start: number, end: number): Promise<Page | undefined> {
  try {
    const page = await search(start, end, 0, MAX_PAGE);
    if (page.isLast) return page;
    const beyond = await search(start, end, MAX_WINDOW_LINES - 1, 1);
    return beyond.count === 0 ? page : undefined;
  } catch (error) {
    if (isTooMuch(error)) return undefined;
    throw error;
  }
}

/** Reads a window's pages from `offset` to its end. After a page that CLS cannot return, pages have half the size. */
async function* readPages(search: Search, start: number, end: number, offset: number): AsyncGenerator<Page> {
  let limit = MAX_PAGE;
  let empty = 0;
  while (empty < MAX_EMPTY) {
    try {
      const page = await search(start, end, offset, limit);
      yield page;
      if (page.isLast) return;
      offset += page.count;
      empty = page.count === 0 ? empty + 1 : 0;
    } catch (error) {
      if (limit === 1 || !isTooMuch(error)) throw error;
      limit = Math.floor(limit / 2);
    }
  }
  const time = new Date(start).toISOString();
  throw new IncompleteLogError(
    `CLS did not return all lines after ${time}: it reports more of them, but returns none. Run the command again.`,
  );
}

/** Whether CLS may be able to answer a smaller search. */
function isTooMuch(error: unknown): boolean {
  const { code = "", message } = describeFailure(error);
  const isRefused = /^(LimitExceeded|FailedOperation\.(Search)?Timeout)(\.|$)/.test(code);
  return isRefused || message.includes(ANSWER_TOO_LARGE);
}

/** The same lines. Reports on standard error how far reading has got, if it takes long. */
export async function* withProgress(
  lines: AsyncIterable<LogLine>,
  { name }: FunctionName,
  clock: Clock,
): AsyncGenerator<LogLine> {
  const status = openStatusLine();
  const pauseMs = status.isTerminal ? TERMINAL_MS : PLAIN_MS;
  let shownAt = clock.monotonic();
  let read = 0;
  try {
    for await (const line of lines) {
      read += 1;
      if (read % MAX_PAGE === 0 && clock.monotonic() - shownAt >= pauseMs) {
        shownAt = clock.monotonic();
        const time = new Date(line.time).toISOString();
        status.show(`Reading the log of ${name}: ${read} lines, up to ${time}`);
      }
      yield line;
    }
  } finally {
    status.clear();
  }
}

/** The index may split names, so that a search for "retry" also finds the lines of "staging-retry". */
function isOf({ SCF_FunctionName, SCF_Namespace }: JsonObject, { namespace, name }: FunctionName): boolean {
  return (SCF_FunctionName ?? name) === name && (SCF_Namespace ?? namespace) === namespace;
}

function readLine(result: JsonObject): LogLine {
  const fields = parseFields(result["LogJson"]);
  const time = Number(result["Time"]);
  return {
    get key() {
      return JSON.stringify([result["Time"], result["PkgId"], result["PkgLogId"], result["LogJson"]]);
    },
    time: Number.isNaN(new Date(time).getTime()) ? 0 : time,
    text: String(fields["SCF_Message"] ?? ""),
    fields,
  };
}

/** LogJson is JSON in a string (docs/tencent-protocols.md#searching-the-log). */
function parseFields(text: unknown): JsonObject {
  try {
    const fields: unknown = JSON.parse(String(text));
    return isJsonObject(fields) ? fields : {};
  } catch {
    return {};
  }
}

/** @returns milliseconds @throws {UsageError} if the text is not a duration */
export function parseDuration(text: string): number {
  const [, amount, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const ms = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit ?? ""];
  if (ms === undefined) throw new UsageError(`"${text}" is not a duration. Write it as 30s, 10m, 3h or 2d.`);
  if (Number(amount) * ms > MAX_DURATION_MS)
    throw new UsageError(`"${text}" is longer than Tencent Cloud keeps anything. Write at most 9999d.`);
  return Number(amount) * ms;
}
