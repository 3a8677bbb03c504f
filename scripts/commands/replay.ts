import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { type Clock, systemClock } from "../../lib/clock";
import type { Environment } from "../../lib/config";
import { UsageError, UserError } from "../../lib/errors";
import type { JsonObject } from "../../lib/json";
import { readLogRecord } from "../../lib/log/event-record";
import { explain } from "../cloud/explain";
import { parseDuration } from "../cloud/function-log";
import { readTarget } from "../cloud/target";
import { readEventList } from "../replay/event-list";
import { fetchEvent } from "../replay/fetch-event";
import { settle } from "../replay/in-retry";
import { looksKept, readOwnLines, savedLines } from "../replay/own-lines";
import { collectLog, collectRecords, type Kept, type Records } from "../replay/records";
import { openReplayContext, type ReplayContext, refuseOtherConfig } from "../replay/replay-context";
import { replayEvent } from "../replay/replay-event";
import { print, printError } from "../terminal/output";
import { ask } from "../terminal/prompt";

/** A string holds no more. */
const MAX_FILE_BYTES = 512 * 1024 * 1024;

export interface ReplayOptions {
  /** How far back in the functions' log, such as 3d. */
  readonly since: string;
  /** A saved log or list of events to read instead. */
  readonly file?: string;
  /** A file whose processing is started whatever came of earlier tries; nothing else is read. */
  readonly again?: string;
  /** Does not prompt. */
  readonly yes?: boolean;
}

/**
 * Reprocesses recorded events. For an upload it first reads from VOD which outputs exist, so that no run of this
 * starts anything twice.
 * @returns whether every record could be read and none failed
 * @throws if the log or the file can't be read, or the user declines
 */
export async function replay(
  environment: Environment,
  { since, file, again, yes }: ReplayOptions,
  clock: Clock = systemClock,
): Promise<boolean> {
  const sinceMs = parseDuration(since);
  const context = await openReplayContext(readTarget(environment), clock);
  refuseOtherConfig(context);
  const { found, complete } =
    again !== undefined
      ? { found: [{ id: again, identity: { EventType: "NewFileUpload", FileId: again } }], complete: true }
      : file === undefined
        ? await findInLog(context, sinceMs, clock)
        : findInFile(context, file);
  print(`Found ${found.length} recorded ${found.length === 1 ? "event" : "events"}.`);
  if (found.length === 0) return complete;
  const goOn =
    yes || (await ask("This starts the outputs that VOD does not have yet, which costs money. Continue?"));
  if (goOn === undefined)
    throw new UsageError(
      "Nothing was replayed: without a terminal to ask, pass --yes. It starts what VOD lacks, which costs money.",
    );
  if (goOn === false) throw new Error("Nothing was replayed, because you declined.");
  let failed = 0;
  const done: string[] = [];
  for (const record of found) {
    const error = await replayRecord(record, context, clock, again !== undefined);
    // Of what a user wrote or named, the log has no record.
    if (error === undefined && /^[0-9a-f]{32}$/.test(record.id)) done.push(record.id);
    if (error === undefined) continue;
    failed += 1;
    print(`${nameOf(record)} still fails: ${error}`);
  }
  await settle(done, context);
  print(`Replayed: ${found.length - failed} done, ${failed} failed.`);
  if (failed > 0) print("Failed events stay recorded. Fix the cause, then run replay again.");
  return complete && failed === 0;
}

interface Finding {
  readonly found: readonly Kept[];
  /** Whether every record could be read. */
  readonly complete: boolean;
}

async function findInLog(context: ReplayContext, sinceMs: number, clock: Clock): Promise<Finding> {
  const now = clock.now();
  const { account, functions } = context;
  const records = await collectLog(readOwnLines(account, functions, now - sinceMs, now, clock));
  return { found: waitingIn(records), complete: isComplete(records, "Pass a longer --since.") };
}

function findInFile({ names }: ReplayContext, file: string): Finding {
  const content = readText(file);
  const list = readEventList(content);
  const records = collectRecords(list?.records ?? savedLines(content, names), looksKept);
  const isUseless = !list && records.kept.length + records.incomplete + records.unreadable === 0;
  if (isUseless && content.trim() !== "" && !content.split("\n").some(isLogLine))
    throw new UserError(
      `${file} has neither records nor notifications, so nothing was replayed. It can be a log with records (the output ` +
        "of ./vod-receiver logs), or a list of notifications: one a line, one object or a JSON array; also compressed by gzip.",
    );
  return {
    found: [...waitingIn(records), ...(list?.notifications ?? []).map((event) => ({ id: "", event }))],
    complete: isComplete(records, "Save more of the log, then replay that file."),
  };
}

/** Whether a line is of a log: of `logs`, of `serve`, or what a function or the platform ends an event with. */
function isLogLine(line: string): boolean {
  return (
    /^(\d{4}-\d\d-\d\dT[\d:.]+Z |START RequestId:|> |Answer: \d)/.test(line) ||
    readLogRecord(line) !== undefined
  );
}

/** Reads a file that may be compressed by gzip or begin with a byte order mark. @throws if it is not text */
function readText(file: string): string {
  const bytes = readFileSync(file);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const text = isGzip ? gunzipSync(bytes, { maxOutputLength: MAX_FILE_BYTES }) : bytes;
  return text.toString("utf8").replace(/^\ufeff/, "");
}

function waitingIn({ kept, settled }: Records): readonly Kept[] {
  return kept.filter(({ id }) => !settled.has(id));
}

/** Prints how many records can't be read. @param remedy if parts are missing */
function isComplete({ incomplete, unreadable }: Records, remedy: string): boolean {
  if (incomplete > 0) {
    printError(`Records that can't be used because parts are missing or changed: ${incomplete}. ${remedy}`);
  }
  if (unreadable > 0) {
    printError(
      `Lines that look like records or notifications but can't be read: ${unreadable}. Each must be one complete, ` +
        "unchanged line. A file with notifications must contain only notifications and records. If the " +
        "functions have other names, set FUNCTION.",
    );
  }
  return incomplete + unreadable === 0;
}

/** @returns why it still fails */
async function replayRecord(
  record: Kept,
  context: ReplayContext,
  clock: Clock,
  again: boolean,
): Promise<string | undefined> {
  try {
    const event: JsonObject | undefined =
      "event" in record
        ? record.event
        : await fetchEvent(record.identity, context.account.vod, context.config);
    if (!event) return "it was too large to be recorded in full, and VOD no longer has it";
    return await replayEvent(event, context, clock, again);
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
