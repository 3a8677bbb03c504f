import { readFileSync } from "node:fs";
import { type Clock, systemClock } from "../lib/clock";
import type { Environment } from "../lib/config";
import type { JsonObject } from "../lib/json";
import { ask } from "./ask";
import { explain } from "./deploy/explain";
import { parseDuration } from "./function-log";
import { type Desk, openDesk } from "./replay/desk";
import { fetchEvent } from "./replay/fetch-event";
import { parseObject, readOwnLines, savedLines } from "./replay/own-lines";
import { collectRecords, type Kept } from "./replay/records";
import { replayEvent } from "./replay/replay-event";

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
 * @returns whether none failed
 * @throws where the log or the file can't be read
 */
export async function replay(
  environment: Environment,
  { since, file, yes }: ReplayOptions,
  clock: Clock = systemClock,
): Promise<boolean> {
  const desk = await openDesk(environment, clock);
  const found = file === undefined ? await findInLog(desk, since, clock) : findInFile(desk, file);
  console.log(`Found ${found.length} events that were kept.`);
  if (found.length === 0) return true;
  // Where nobody can be asked, running it was the answer.
  const goOn = yes || (await ask("What VOD does not have yet is started, and costs. Go on?"));
  if (goOn === false) throw new Error("Nothing was done.");
  let failed = 0;
  for (const record of found) {
    const error = await replayRecord(record, desk, clock);
    if (error === undefined) continue;
    failed += 1;
    console.log(`${nameOf(record)} still fails: ${error}`);
  }
  console.log(`Replayed: ${found.length - failed} done, ${failed} failed.`);
  if (failed > 0) console.log("What failed stays for the next replay.");
  return failed === 0;
}

async function findInLog(desk: Desk, since: string, clock: Clock): Promise<readonly Kept[]> {
  const now = clock.now();
  return findIn(await readOwnLines(desk.account, desk.functions, now - parseDuration(since), now));
}

/** A notification in a file was put there by its owner: no line of a function's log begins like one. */
function findInFile(desk: Desk, file: string): readonly Kept[] {
  const lines = savedLines(readFileSync(file, "utf8"), desk.names);
  const notifications = lines.map(parseObject).filter(({ EventType }) => typeof EventType === "string");
  return [...findIn(lines), ...notifications.map((event) => ({ id: "", event }))];
}

function findIn(lines: readonly string[]): readonly Kept[] {
  const { kept, settled, incomplete } = collectRecords(lines);
  if (incomplete > 0) console.log(`${incomplete} records are there in part only and can't be used.`);
  // Whether an upload's transcodes went well, VOD tells; of other events the log alone tells that they are done.
  return kept.filter((record) => !settled.has(record.id) || eventTypeOf(record) === "NewFileUpload");
}

/** @returns why it still fails */
async function replayRecord(record: Kept, desk: Desk, clock: Clock): Promise<string | undefined> {
  try {
    const event: JsonObject | undefined =
      "event" in record ? record.event : await fetchEvent(record.identity, desk.account.vod, desk.config);
    if (!event) return "it was too large to be kept, and VOD does not tell of it any more";
    return await replayEvent(event, desk, clock);
  } catch (error) {
    return explain(error);
  }
}

function eventTypeOf(record: Kept): unknown {
  return ("event" in record ? record.event : record.identity)["EventType"];
}

function nameOf(record: Kept): string {
  return `${eventTypeOf(record)} ${record.id}`.trim();
}
