import { readFileSync } from "node:fs";
import { type Clock, systemClock } from "../../lib/clock";
import type { Environment } from "../../lib/config";
import type { JsonObject } from "../../lib/json";
import { explain } from "../cloud/explain";
import { parseDuration } from "../cloud/function-log";
import { readTarget } from "../cloud/target";
import { readEventList } from "../replay/event-list";
import { fetchEvent } from "../replay/fetch-event";
import { looksKept, readOwnLines, savedLines } from "../replay/own-lines";
import { collectLog, collectRecords, type Kept, type Records } from "../replay/records";
import { openReplayContext, type ReplayContext } from "../replay/replay-context";
import { replayEvent } from "../replay/replay-event";
import { print, printError } from "../terminal/output";
import { ask } from "../terminal/prompt";

export interface ReplayOptions {
  /** How far back in the functions' log, such as 3d. */
  readonly since: string;
  /** A saved log instead. */
  readonly file?: string;
  /** Without asking. */
  readonly yes?: boolean;
}

/**
 * Takes the events that were kept for replay as if they were new. For an upload VOD is asked first what it
 * has, so that nothing is made twice, however often this runs.
 * @returns whether all that was kept could be used, and none of it failed
 * @throws where the log or the file can't be read
 */
export async function replay(
  environment: Environment,
  { since, file, yes }: ReplayOptions,
  clock: Clock = systemClock,
): Promise<boolean> {
  const sinceMs = parseDuration(since);
  const context = await openReplayContext(readTarget(environment), clock);
  const { found, complete } =
    file === undefined ? await findInLog(context, sinceMs, clock) : findInFile(context, file);
  print(`Found ${found.length} ${found.length === 1 ? "event that was" : "events that were"} kept.`);
  if (found.length === 0) return complete;
  // Where nobody can be asked, running it was the answer.
  const goOn = yes || (await ask("What VOD does not have yet is started, and costs. Go on?"));
  if (goOn === false) throw new Error("Nothing was done.");
  let failed = 0;
  for (const record of found) {
    const error = await replayRecord(record, context, clock);
    if (error === undefined) continue;
    failed += 1;
    print(`${nameOf(record)} still fails: ${error}`);
  }
  print(`Replayed: ${found.length - failed} done, ${failed} failed.`);
  if (failed > 0) print("What failed stays for the next replay.");
  return complete && failed === 0;
}

interface Finding {
  readonly found: readonly Kept[];
  /** Whether nothing was kept besides that can't be used. */
  readonly complete: boolean;
}

async function findInLog(context: ReplayContext, sinceMs: number, clock: Clock): Promise<Finding> {
  const now = clock.now();
  const { account, functions } = context;
  const records = await collectLog(readOwnLines(account, functions, now - sinceMs, now, clock));
  return { found: waitingIn(records), complete: isComplete(records, "Say a longer --since.") };
}

function findInFile({ names }: ReplayContext, file: string): Finding {
  const content = readFileSync(file, "utf8");
  const list = readEventList(content);
  const records = collectRecords(list?.records ?? savedLines(content, names), looksKept);
  return {
    found: [...waitingIn(records), ...(list?.notifications ?? []).map((event) => ({ id: "", event }))],
    complete: isComplete(records, "Save more of the log, and replay that."),
  };
}

/** Whether an upload's transcodes went well, VOD tells; of other events the log alone tells that they are done. */
function waitingIn({ kept, settled }: Records): readonly Kept[] {
  return kept.filter((record) => !settled.has(record.id) || eventTypeOf(record) === "NewFileUpload");
}

/** Tells of what was kept and can't be used. @param remedy where parts are missing */
function isComplete({ incomplete, unreadable }: Records, remedy: string): boolean {
  if (incomplete > 0) {
    printError(`Records that can't be used, as parts are missing or changed: ${incomplete}. ${remedy}`);
  }
  if (unreadable > 0) {
    printError(
      `Lines that look like records or notifications, but can't be read: ${unreadable}. Each must be one whole ` +
        "line, as it was written. A file with notifications must contain nothing but notifications and " +
        "records. If the functions have other names, set FUNCTION.",
    );
  }
  return incomplete + unreadable === 0;
}

/** @returns why it still fails */
async function replayRecord(record: Kept, context: ReplayContext, clock: Clock): Promise<string | undefined> {
  try {
    const event: JsonObject | undefined =
      "event" in record
        ? record.event
        : await fetchEvent(record.identity, context.account.vod, context.config);
    if (!event) return "it was too large to be kept, and VOD does not tell of it any more";
    return await replayEvent(event, context, clock);
  } catch (error) {
    return explain(error).replaceAll("\n", " ");
  }
}

function eventTypeOf(record: Kept): unknown {
  return ("event" in record ? record.event : record.identity)["EventType"];
}

function nameOf(record: Kept): string {
  return `${eventTypeOf(record)} ${record.id}`.trim();
}
