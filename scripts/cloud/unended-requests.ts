import type { Clock } from "../../lib/clock";
import type { Account } from "./account";
import { readLines, withProgress } from "./function-log";
import type { FoundFunction } from "./our-functions";

/** The longest a request can take (docs/tencent-protocols.md#scf-limits), and the time its lines take to arrive. */
const ON_ITS_WAY_MS = 16 * 60_000;

/**
 * Counts the requests of a function that began and never ended, by the platform's lines
 * (docs/tencent-protocols.md#function-log): their instance was killed, or their log was lost.
 * @param from milliseconds since 1970, as `to`; requests that began shortly before `to` may be running
 * @returns 0 if the function's log is not delivered
 */
export async function countUnended(
  account: Pick<Account, "cls">,
  { name, remote }: Pick<FoundFunction, "name" | "remote">,
  from: number,
  to: number,
  clock: Clock,
): Promise<number> {
  const { ClsTopicId } = remote.description;
  if (!ClsTopicId) return 0;
  const open = new Set<string>();
  for await (const { text, time, fields } of withProgress(
    readLines(account, ClsTopicId, name, from, to),
    name,
    clock,
  )) {
    // A function's own line could look like the platform's.
    if (fields["SCF_Type"] !== undefined && fields["SCF_Type"] !== "Platform") continue;
    const [, word, id = ""] = /^(START|END|Report) RequestId: ?([\w-]+)/.exec(text) ?? [];
    if (word === "START" && time < to - ON_ITS_WAY_MS) open.add(id);
    else if (word === "END" || word === "Report") open.delete(id);
  }
  return open.size;
}
