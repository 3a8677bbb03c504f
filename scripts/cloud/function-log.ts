import { UsageError } from "../../lib/errors";
import { isJsonObject, type JsonObject } from "../../lib/json";
import type { Account } from "./account";
import type { FunctionName } from "./function-names";

const PAGE = 1000;

/** A line of a function's log. */
export interface LogLine {
  /** Tells a line from all others, also from an equal one at another time. */
  readonly key: string;
  /** Milliseconds since 1970; 0 where the log service does not say. */
  readonly time: number;
  readonly text: string;
  /** The fields that the platform adds, such as SCF_RequestId and SCF_Type. */
  readonly fields: JsonObject;
}

/**
 * Reads a function's lines from CLS, in the order of their times.
 * @param from milliseconds since 1970, as `to`
 */
export async function readLines(
  { cls }: Pick<Account, "cls">,
  TopicId: string,
  { namespace, name }: FunctionName,
  From: number,
  To: number,
): Promise<readonly LogLine[]> {
  const QueryString = `SCF_FunctionName:"${name}" AND SCF_Namespace:"${namespace}"`;
  const lines: LogLine[] = [];
  // A Context leads to the first 10 000 lines only; Offset has no limit.
  let Offset = 0;
  for (;;) {
    const params = { TopicId, From, To, QueryString, QuerySyntax: 1, Limit: PAGE, Sort: "asc" };
    const answer: unknown = await cls.request("SearchLog", { ...params, Offset });
    const page = isJsonObject(answer) ? answer : {};
    const results = Array.isArray(page["Results"]) ? page["Results"].filter(isJsonObject) : [];
    lines.push(...results.map(readLine).filter(({ fields }) => isOf(fields, { namespace, name })));
    Offset += results.length;
    if (page["ListOver"] === true || results.length === 0) return lines;
  }
}

/** The index may take names apart, so that a search for "retry" finds the lines of "staging-retry" too. */
function isOf({ SCF_FunctionName, SCF_Namespace }: JsonObject, { namespace, name }: FunctionName): boolean {
  return (SCF_FunctionName ?? name) === name && (SCF_Namespace ?? namespace) === namespace;
}

function readLine(result: JsonObject): LogLine {
  const fields = parseFields(result["LogJson"]);
  const time = Number(result["Time"]);
  return {
    key: JSON.stringify([result["Time"], result["PkgId"], result["PkgLogId"], result["LogJson"]]),
    time: Number.isFinite(time) ? time : 0,
    text: String(fields["SCF_Message"] ?? ""),
    fields,
  };
}

/** LogJson is JSON in a string (docs/tencent-protocols.md#searching-the-log). */
function parseFields(text: unknown): JsonObject {
  try {
    const fields: unknown = JSON.parse(String(text));
    return isJsonObject(fields) ? fields : {};
  } catch {
    return {};
  }
}

/** @throws {UsageError} where the text is no duration; returns milliseconds */
export function parseDuration(text: string): number {
  const [, amount, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const ms = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit ?? ""];
  if (ms === undefined) throw new UsageError(`"${text}" is not a duration. Write it as 30s, 10m, 3h or 2d.`);
  return Number(amount) * ms;
}
