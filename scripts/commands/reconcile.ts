import { type Clock, systemClock } from "../../lib/clock";
import type { Environment } from "../../lib/config";
import { explain } from "../cloud/explain";
import { parseDuration } from "../cloud/function-log";
import { readTarget } from "../cloud/target";
import { deployedSince } from "../replay/deployed-since";
import { fetchEvent, uploadEvent } from "../replay/fetch-event";
import type { FileState } from "../replay/file-state";
import { findMissing, type MissingFile } from "../replay/find-missing";
import { findUnhandled } from "../replay/find-unhandled";
import { processInRetry } from "../replay/in-retry";
import { openReplayContext, type ReplayContext, refuseOtherConfig } from "../replay/replay-context";
import { replayEvent } from "../replay/replay-event";
import { isoTime } from "../replay/scan";
import { print, printError } from "../terminal/output";

/** Of the task flows whose end was missed. */
const MAX_LISTED = 20;

export interface ReconcileOptions {
  /** How old the files may be that are looked at, such as 2h; since the last deployment by default. */
  readonly since?: string;
  /** The maximum number of files to list and to start. */
  readonly limit: number;
  /** Starts the listed files. */
  readonly yes?: boolean;
  /** Also starts files of which VOD does not show whether they were uploaded or pulled from a URL. */
  readonly includePulled?: boolean;
}

/**
 * Lists the files that came since the last deployment for which the configuration starts something, and that have none
 * of those outputs and no running task flow. Files whose task flow failed permanently, and those of which VOD does not
 * show how they came, are listed apart. With `yes` it starts the others.
 * @returns whether nothing failed and nothing is left to start or to decide
 * @throws if nothing is deployed
 */
export async function reconcile(
  environment: Environment,
  { since, limit, yes, includePulled = false }: ReconcileOptions,
  clock: Clock = systemClock,
): Promise<boolean> {
  const sinceMs = since === undefined ? undefined : parseDuration(since);
  const context = await openReplayContext(readTarget(environment), clock);
  refuseOtherConfig(context);
  const now = clock.now();
  const { createdMs, deployedMs } = deployedSince(context.functions, now);
  const after = sinceMs === undefined ? deployedMs : Math.max(now - sinceMs, createdMs);
  print(`Checking files that came since ${isoTime(after)}.`);
  const missing: MissingFile[] = [];
  let apart = 0;
  let isCut = false;
  for await (const file of findMissing(context, { after, before: now, includePulled }, clock)) {
    if (missing.length >= limit) {
      print(`There may be more than ${limit} files. Raise --limit, or run this again when these are done.`);
      isCut = true;
      break;
    }
    print(`${file.fileId} ${file.name} ${file.work ?? ""}`.trimEnd());
    if (file.apart) print(`  ${file.apart}`);
    if (file.apart) apart += 1;
    else missing.push(file);
  }
  printCounts(missing, apart);
  if (missing.length > 0 && !yes)
    print("Nothing was started. Starting them costs money. To start them, pass --yes.");
  const failed = yes ? await startAll(missing, context, clock) : 0;
  const left = await handleEnds(context, after, yes === true, clock);
  return failed + left === 0 && !isCut && apart === 0 && (missing.length === 0 || yes === true);
}

/**
 * Processes the ends of task flows whose notification no function got, as if it had come.
 * @returns how many are left
 */
async function handleEnds(
  context: ReplayContext,
  after: number,
  yes: boolean,
  clock: Clock,
): Promise<number> {
  if (!context.functions.some(({ remote }) => remote.description.ClsTopicId)) {
    printError("No function delivers its log to CLS, so ends of task flows that were missed can't be found.");
    return 0;
  }
  const taskIds = await findUnhandled(context, after, clock);
  if (taskIds.length === 0) return 0;
  print(`${taskIds.length} task flows ended, and no function has processed their end.`);
  if (!yes) {
    print(...taskIds.slice(0, MAX_LISTED).map((taskId) => `  ${taskId}`), "To process them, pass --yes.");
    return taskIds.length;
  }
  let failed = 0;
  for (const TaskId of taskIds) {
    const error = await processEnd(TaskId, context, clock);
    if (!error) continue;
    failed += 1;
    print(`${TaskId}: failed: ${error}`);
  }
  print(`${taskIds.length - failed} ends of task flows processed.`);
  return failed;
}

/** @returns why it failed */
async function processEnd(TaskId: string, context: ReplayContext, clock: Clock): Promise<string | undefined> {
  try {
    const identity = { EventType: "ProcedureStateChanged", TaskId };
    const event = await fetchEvent(identity, context.account.vod, context.config);
    if (!event) return "VOD no longer has the task";
    const retry = context.functions.find(({ entryPoint }) => entryPoint === "retry");
    return retry
      ? await processInRetry(event, retry, context.account)
      : await replayEvent(event, context, clock);
  } catch (error) {
    return explain(error).replaceAll("\n", " ");
  }
}

function printCounts(missing: readonly MissingFile[], apart: number): void {
  print(`${missing.length} without outputs.`);
  const kinds = new Map<string, number>();
  for (const { work = "" } of missing) kinds.set(work, (kinds.get(work) ?? 0) + 1);
  for (const [work, count] of kinds) print(`  ${count} × ${work}`);
  if (apart > 0) print(`${apart} listed apart: they are not started.`);
}

async function startAll(
  missing: readonly MissingFile[],
  context: ReplayContext,
  clock: Clock,
): Promise<number> {
  let failed = 0;
  for (const { fileId, state } of missing) {
    const error = await start(fileId, state, context, clock);
    if (!error) continue;
    failed += 1;
    print(`${fileId}: failed: ${error}`);
  }
  print(`${missing.length - failed} started.`);
  return failed;
}

/** @returns why it failed */
async function start(
  fileId: string,
  state: FileState,
  context: ReplayContext,
  clock: Clock,
): Promise<string | undefined> {
  try {
    return await replayEvent(uploadEvent(fileId, state), context, clock);
  } catch (error) {
    return explain(error).replaceAll("\n", " ");
  }
}
