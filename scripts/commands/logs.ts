import { systemClock } from "../../lib/clock";
import type { Environment } from "../../lib/config";
import { openAccount } from "../cloud/account";
import { parseDuration, readLines } from "../cloud/function-log";
import type { FunctionName } from "../cloud/function-names";
import { type FoundFunction, listInstalled, nothingInstalled } from "../cloud/our-functions";
import { readTarget, type Target } from "../cloud/target";
import { printAfter, printError } from "../terminal/output";

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
 * @throws where there is no function, or no log is delivered
 */
export async function printLogs(environment: Environment, options: LogOptions): Promise<void> {
  const sinceMs = parseDuration(options.since);
  const target = readTarget(environment);
  const account = openAccount(target, printError);
  const found = await listInstalled(account, target);
  const sources = sourcesOf(found, options.function, target);
  const seen = new Set<string>();
  let from = systemClock.now() - sinceMs;
  for (;;) {
    const to = systemClock.now();
    const lines = [];
    for (const { name, topicId } of sources) {
      const prefix = sources.length > 1 ? ` ${name.name}` : "";
      for (const line of await readLines(account, topicId, name, from, to)) lines.push({ ...line, prefix });
    }
    for (const { key, time, text, prefix } of lines.sort((one, other) => one.time - other.time)) {
      if (seen.has(key)) continue;
      seen.add(key);
      printAfter(`${new Date(time).toISOString()}${prefix}`, text);
    }
    if (!options.follow) return;
    from = Math.max(from, to - OVERLAP_MS);
    await systemClock.sleep(FOLLOW_PAUSE_MS);
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
