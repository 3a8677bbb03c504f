import { systemClock } from "../../lib/clock";
import type { Environment } from "../../lib/config";
import { toSources } from "../build/source-maps";
import { openAccount } from "../cloud/account";
import { type LogLine, parseDuration, readLines, withProgress } from "../cloud/function-log";
import type { FunctionName } from "../cloud/function-names";
import { type FoundFunction, listInstalled, nothingInstalled } from "../cloud/our-functions";
import { readTarget, type Target } from "../cloud/target";
import { drained, isOnTerminal, printError } from "../terminal/output";
import { printLogText } from "../terminal/trace";

const FOLLOW_PAUSE_MS = 3000;
/** Lines get into the log service late, and not in order: each look goes back over what the last one saw. */
const OVERLAP_MS = 60_000;

export interface LogOptions {
  /** How far back, such as 10m, 3h or 2d. */
  readonly since: string;
  /** Goes on until it is stopped. */
  readonly follow?: boolean;
  /** Only this one's; all functions' otherwise. */
  readonly function?: string;
}

interface Source {
  readonly name: FunctionName;
  readonly topicId: string;
}

/**
 * Prints the functions' log from CLS, in the order of its lines; of several functions with each one's name.
 * @throws where there is no function, no log is delivered, or the output is closed; and as `readLines` does
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
  for (let from = first; ; ) {
    const to = Math.max(from, systemClock.now());
    const next = Math.max(first, to - OVERLAP_MS);
    const streams = sources.map(({ name, topicId }) => {
      const lines = readLines(account, topicId, name, from, to);
      return { name, lines: isOnTerminal() ? lines : withProgress(lines, name, systemClock) };
    });
    for await (const { name, line } of inOrder(streams)) {
      const { time, text } = line;
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
  if (found.length === 0) throw new Error(`${nothingInstalled(target)}; deploy it first.`);
  const chosen = found.filter(({ name }) => asked === undefined || name.name === asked);
  if (chosen.length === 0) {
    const names = found.map(({ name }) => name.name).join(", ");
    throw new Error(
      `FUNCTION=${target.names.callback} names no function ${asked}, but ${names}. For another installation set FUNCTION.`,
    );
  }
  const sources = chosen.flatMap(({ name, remote }) => {
    const topicId = remote.description.ClsTopicId;
    if (topicId) return [{ name, topicId }];
    printError(
      `The log of ${name.name} is not delivered to CLS. Switch it on in the SCF console (the function's configuration, log delivery), or remove the function and deploy it again.`,
    );
    return [];
  });
  if (sources.length === 0) throw new Error("There is no log to print.");
  return sources;
}
