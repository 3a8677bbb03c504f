import { systemClock } from "../../lib/clock";
import type { Environment } from "../../lib/config";
import { toSources } from "../build/source-maps";
import { openAccount } from "../cloud/account";
import { type LogLine, parseDuration, readLines, withProgress } from "../cloud/function-log";
import type { EntryPoint, FunctionName } from "../cloud/function-names";
import { type FoundFunction, listInstalled, nothingInstalled } from "../cloud/our-functions";
import { readTarget, type Target } from "../cloud/target";
import { drained, isOnTerminal, printError } from "../terminal/output";
import { printLogText } from "../terminal/trace";

const FOLLOW_PAUSE_MS = 3000;
/** Lines reach the log service late and out of order, so each search overlaps the last one. */
const OVERLAP_MS = 60_000;

export interface LogOptions {
  /** How far back, such as 10m, 3h or 2d. */
  readonly since: string;
  /** Prints new lines until it is stopped. */
  readonly follow?: boolean;
  /** The only function to print; all of them by default. */
  readonly function?: string;
  /** The only file to print the lines of. */
  readonly file?: string;
  /** Leaves out the platform's lines. */
  readonly events?: boolean;
}

interface Source {
  readonly entryPoint: EntryPoint;
  readonly name: FunctionName;
  readonly topicId: string;
}

/**
 * Prints the functions' log from CLS, in the order of its lines; of several functions with each one's name.
 * @throws if no function is deployed, no log is delivered or the output is closed; and as `readLines` does
 */
export async function printLogs(environment: Environment, options: LogOptions): Promise<void> {
  const sinceMs = parseDuration(options.since);
  const target = readTarget(environment);
  const account = openAccount(target, printError);
  const found = await listInstalled(account, target);
  const sources = sourcesOf(found, options.function, target);
  const first = systemClock.now() - sinceMs;
  /** What was printed of the time that the next look goes back over, with each line's time. */
  const seen = new Map<string, number>();
  const isWanted = filterOf(options);
  for (let from = first; ; ) {
    const to = Math.max(from, systemClock.now());
    const next = Math.max(first, to - OVERLAP_MS);
    if (options.file !== undefined)
      for (const { name, topicId, entryPoint } of sources)
        for await (const line of readLines(account, topicId, name, from, to))
          isWanted.learn(line, entryPoint);
    const streams = sources.map(({ name, topicId }) => {
      const lines = readLines(account, topicId, name, from, to);
      return { name, lines: isOnTerminal() ? lines : withProgress(lines, name, systemClock) };
    });
    for await (const { name, line } of inOrder(streams)) {
      const { time, text } = line;
      if (!isWanted.takes(line)) continue;
      if (options.follow && seen.has(line.key)) continue;
      if (options.follow && time >= next) seen.set(line.key, time);
      const prefix = sources.length > 1 ? ` ${name.name}` : "";
      printLogText(text, { beginning: `${new Date(time).toISOString()}${prefix}`, resolve: toSources });
      await drained();
    }
    if (!options.follow) return;
    for (const [key, time] of seen) if (time < next) seen.delete(key);
    from = next;
    await systemClock.sleep(FOLLOW_PAUSE_MS);
  }
}

/**
 * Which lines to print. Of a file these are the lines that have its FileId, and all lines of a request that is about it
 * alone: what a handler writes need not name the file. Requests have to be learned before their lines are asked for.
 */
function filterOf({ file, events }: LogOptions) {
  const requests = new Set<unknown>();
  const names = (text: string) => file !== undefined && new RegExp(`(?<!\\d)${file}(?!\\d)`).test(text);
  return {
    /** One run of reliable processes the events of many files. */
    learn({ text, fields }: LogLine, entryPoint: EntryPoint): void {
      const { SCF_RequestId: request } = fields;
      if (entryPoint !== "reliable" && request !== undefined && names(text)) requests.add(request);
    },
    takes({ text, fields }: LogLine): boolean {
      if (events && fields["SCF_Type"] === "Platform") return false;
      return file === undefined || names(text) || requests.has(fields["SCF_RequestId"]);
    },
  };
}

interface Stream {
  readonly name: FunctionName;
  readonly lines: AsyncGenerator<LogLine>;
}

/** Merges the functions' lines by their times; one line of each function is in memory. */
async function* inOrder(
  streams: readonly Stream[],
): AsyncGenerator<{ readonly name: FunctionName; readonly line: LogLine }> {
  const heads = await Promise.all(
    streams.map(async ({ name, lines }) => ({ name, lines, head: await lines.next() })),
  );
  for (;;) {
    let earliest: { name: FunctionName; line: LogLine; take: () => Promise<void> } | undefined;
    for (const one of heads) {
      if (one.head.done || (earliest && earliest.line.time <= one.head.value.time)) continue;
      const take = async () => {
        one.head = await one.lines.next();
      };
      earliest = { name: one.name, line: one.head.value, take };
    }
    if (!earliest) return;
    yield earliest;
    await earliest.take();
  }
}

function sourcesOf(
  found: readonly FoundFunction[],
  asked: string | undefined,
  target: Target,
): readonly Source[] {
  if (found.length === 0) throw new Error(`${nothingInstalled(target)}. Deploy first: bash installer.sh`);
  const chosen = found.filter(({ name }) => asked === undefined || name.name === asked);
  if (chosen.length === 0) {
    const names = found.map(({ name }) => name.name).join(", ");
    throw new Error(
      `The installation FUNCTION=${target.names.callback} has no function ${asked}. It has: ${names}. For another installation, set FUNCTION.`,
    );
  }
  const sources = chosen.flatMap(({ name, remote, entryPoint }) => {
    const topicId = remote.description.ClsTopicId;
    if (topicId) return [{ name, topicId, entryPoint }];
    printError(
      `The log of ${name.name} is not delivered to CLS. Enable log delivery in the function's configuration in the SCF console.`,
    );
    return [];
  });
  if (sources.length === 0)
    throw new Error(
      "No function delivers its log to CLS, so there are no lines to print. Enable log delivery there, then send an event.",
    );
  return sources;
}
