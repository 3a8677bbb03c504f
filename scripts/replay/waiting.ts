import type { Clock } from "../../lib/clock";
import { text } from "../../lib/event/untrusted";
import { isJsonObject } from "../../lib/json";
import { readOwnLines } from "./own-lines";
import { collectLog, type Kept } from "./records";
import type { ReplayContext } from "./replay-context";
import { resolveForFile } from "./resolve-for-file";

type Deployed = Pick<ReplayContext, "account" | "functions" | "config">;

/** Above this number, uploads are counted without a call to VOD for each. */
const MAX_LOOKS = 50;

/**
 * Counts the events that wait for `replay`: those recorded in the log, without those that a later try has done and
 * uploads that need nothing by VOD's account. Nothing shows that other events were replayed: they count as long as
 * their records are in the period.
 * @param sinceMs how far back, in milliseconds
 */
export async function countWaitingForReplay(
  context: Deployed,
  sinceMs: number,
  clock: Clock,
): Promise<number> {
  const now = clock.now();
  const { account, functions } = context;
  const { kept, settled } = await collectLog(readOwnLines(account, functions, now - sinceMs, now, clock));
  const waiting = kept.filter(({ id }) => !settled.has(id));
  const uploads = new Set(waiting.flatMap((record) => fileIdOf(record) ?? []));
  let count = waiting.filter((record) => fileIdOf(record) === undefined).length;
  for (const [index, fileId] of [...uploads].entries()) {
    if (index >= MAX_LOOKS || (await needsWork(fileId, context))) count += 1;
  }
  return count;
}

async function needsWork(fileId: string, { account, config }: Deployed): Promise<boolean> {
  const resolved = await resolveForFile(account.vod, fileId, config);
  return "plan" in resolved && ("work" in resolved.plan || resolved.plan.open === "absent");
}

/** The file of an upload; undefined for other events. */
function fileIdOf(record: Kept): string | undefined {
  const kept = "event" in record ? record.event : record.identity;
  if (kept["EventType"] !== "NewFileUpload") return undefined;
  const payload = "event" in record ? record.event["FileUploadEvent"] : record.identity;
  return isJsonObject(payload) ? text(payload["FileId"]) : undefined;
}
