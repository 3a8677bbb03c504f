import type { Clock } from "../../lib/clock";
import { parseEvent } from "../../lib/event/event";
import { identityOf } from "../../lib/event/identity";
import { splitRemainder } from "../../lib/event/remainder";
import { text } from "../../lib/event/untrusted";
import { Refusal } from "../../lib/http/refusal";
import { readOwnLines } from "./own-lines";
import { collectLog, type Kept, reasonKey } from "./records";
import type { ReplayContext } from "./replay-context";
import { resolveForFile } from "./resolve-for-file";

type Deployed = Pick<ReplayContext, "account" | "functions" | "config">;

/** An event that waits for `replay`. */
export interface WaitingEvent {
  readonly eventType: string;
  readonly fileId: string | undefined;
  readonly taskId: string | undefined;
  /** Why it failed, as the log has it. */
  readonly reason: string;
}

/** Above this number, uploads are listed without a call to VOD for each. */
const MAX_LOOKS = 50;

/**
 * Finds the events that wait for `replay`: those recorded in the log, without those that a later try or a replay has
 * done, and without uploads of which nothing but their outputs was left, if VOD shows those.
 * @param sinceMs how far back, in milliseconds
 */
export async function findWaiting(
  context: Deployed,
  sinceMs: number,
  clock: Clock,
): Promise<readonly WaitingEvent[]> {
  const now = clock.now();
  const { account, functions } = context;
  const lines = readOwnLines(account, functions, now - sinceMs, now, clock);
  const { kept, settled, reasons } = await collectLog(lines);
  const waiting: WaitingEvent[] = [];
  let looks = 0;
  for (const record of kept.filter(({ id }) => !settled.has(id))) {
    const { eventType, fileId, taskId, isStartOnly } = describe(record);
    if (isStartOnly && fileId !== undefined && looks++ < MAX_LOOKS && !(await needsWork(fileId, context)))
      continue;
    const reason = reasons.get(reasonKey(eventType, fileId, taskId)) ?? "the log has no reason";
    waiting.push({ eventType, fileId, taskId, reason });
  }
  return waiting;
}

/** Whether only the start of an upload's work was left, of which VOD shows what became. */
function describe(record: Kept) {
  if ("identity" in record) {
    const { EventType, FileId, TaskId } = record.identity;
    const eventType = text(EventType) ?? "";
    const isStartOnly = eventType === "NewFileUpload";
    return { eventType, fileId: text(FileId), taskId: text(TaskId), isStartOnly };
  }
  const { event, remainder } = splitRemainder(record.event);
  const eventType = text(event["EventType"]) ?? "";
  const hasOwn = remainder.pending?.some((step) => step !== "handler") ?? false;
  const isStartOnly = eventType === "NewFileUpload" && !hasOwn;
  try {
    const { fileId, taskId } = identityOf(parseEvent(event));
    return { eventType, fileId, taskId, isStartOnly };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { eventType, fileId: undefined, taskId: undefined, isStartOnly: false };
  }
}

async function needsWork(fileId: string, { account, config }: Deployed): Promise<boolean> {
  const resolved = await resolveForFile(account.vod, fileId, config);
  return "plan" in resolved && ("work" in resolved.plan || resolved.plan.open === "absent");
}
