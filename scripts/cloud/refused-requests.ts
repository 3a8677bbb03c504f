import { systemClock } from "../../lib/clock";
import { readLogRecord } from "../../lib/log/event-record";
import type { Account } from "./account";
import { type LogLine, readLines, withProgress } from "./function-log";
import type { FoundFunction } from "./our-functions";

/**
 * Counts the requests that a function rejected for their signature since it last accepted an event or the
 * installer's test. Anyone can send such requests, so they need not be VOD's.
 * @param from milliseconds since 1970, as `to`
 * @returns 0 if the function has no sign key or its log is not delivered
 */
export async function countRefused(
  account: Pick<Account, "cls">,
  { name, remote: { description, variables } }: FoundFunction,
  from: number,
  to: number,
): Promise<number> {
  if (!description.ClsTopicId || !(variables["SIGN_KEY"] || variables["SIGN_KEY_NEXT"])) return 0;
  let refused = 0;
  const lines = readLines(account, description.ClsTopicId, name, from, to);
  for await (const line of withProgress(lines, name, systemClock)) {
    if (isRefusal(line)) refused += 1;
    else if (isLetIn(line)) refused = 0;
  }
  return refused;
}

// A line of JSON may be parsed into fields (docs/tencent-protocols.md#function-log), so that its text
// may be gone.
function recordOf({ text, fields }: LogLine) {
  return readLogRecord(text === "" ? fields : text);
}

function isRefusal(line: LogLine): boolean {
  const record = recordOf(line);
  return record?.kind === "rejection" && record.status === 403;
}

function isLetIn(line: LogLine): boolean {
  return line.text === "Self-test of the installer." || recordOf(line)?.kind === "event";
}
