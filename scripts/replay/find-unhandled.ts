import type { Clock } from "../../lib/clock";
import { readLogRecord } from "../../lib/log/event-record";
import { listTasks } from "./file-state";
import { readOwnLines } from "./own-lines";
import type { ReplayContext } from "./replay-context";
import { isoTime, TASKS_SHOWN_MS } from "./scan";

/** The end of a task flow that is younger may still be on its way, or be retried. */
const ON_ITS_WAY_MS = 10 * 60_000;

/**
 * Finds the task flows that ended and whose end no function has processed or recorded, by the functions' log: their
 * notification was lost. VOD shows tasks for three days.
 * @param after milliseconds since 1970: when the functions were there
 * @returns their TaskIds
 * @throws as `readOwnLines` does
 */
export async function findUnhandled(
  { account, config, functions }: Pick<ReplayContext, "account" | "config" | "functions">,
  after: number,
  clock: Clock,
): Promise<readonly string[]> {
  const now = clock.now();
  const from = Math.max(after, now - TASKS_SHOWN_MS);
  const application = config.subAppId === undefined ? {} : { SubAppId: config.subAppId };
  const tasks = await listTasks(account.vod, {
    ...{ ...application, Status: "FINISH", CreateTime: { After: isoTime(from) } },
  });
  const open = new Set(
    tasks.flatMap(({ TaskType, TaskId, FinishTime }) =>
      TaskType === "Procedure" && TaskId && Date.parse(FinishTime ?? "") <= now - ON_ITS_WAY_MS ? TaskId : [],
    ),
  );
  if (open.size === 0) return [];
  for await (const { text } of readOwnLines(account, functions, from, now, clock)) {
    const record = readLogRecord(text);
    if (record?.kind === "event" && record.taskId && record.eventType === "ProcedureStateChanged")
      open.delete(record.taskId);
  }
  return [...open];
}
