import type { Clock } from "../../lib/clock";
import { isJsonObject, type JsonObject, parseJson } from "../../lib/json";
import type { Account } from "../cloud/account";
import { readLines, withProgress } from "../cloud/function-log";
import type { FoundFunction } from "../cloud/our-functions";

/** A line that a function wrote, and when: milliseconds since 1970. */
export interface OwnLine {
  readonly text: string;
  readonly timeMs: number;
}

/**
 * Reads the lines that our functions wrote into the log service, without the platform's lines, which quote answers and
 * errors.
 * @param from milliseconds since 1970, as `to`
 * @throws if no function's log is delivered, and as `readLines` does
 */
export async function* readOwnLines(
  account: Pick<Account, "cls">,
  functions: readonly FoundFunction[],
  from: number,
  to: number,
  clock: Clock,
): AsyncGenerator<OwnLine> {
  let delivered = false;
  for (const { name, remote } of functions) {
    const { ClsTopicId } = remote.description;
    if (!ClsTopicId) continue;
    delivered = true;
    for await (const { fields, time } of withProgress(
      readLines(account, ClsTopicId, name, from, to),
      name,
      clock,
    )) {
      const text = ownLine(fields);
      if (text !== undefined) yield { text, timeMs: time };
    }
  }
  if (!delivered)
    throw new Error(
      "No function delivers its log to CLS, so no events are recorded there. Enable log delivery in the SCF console.",
    );
}

/**
 * Reads the lines of a saved log: the output of `./vod-receiver logs`, a function's lines alone, or log records of CLS
 * as JSON lines.
 * @param names the functions' names, which can precede the lines
 */
export function* savedLines(content: string, names: readonly string[]): Generator<string> {
  const prefix = new RegExp(`^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z (?:(?:${names.join("|")}) )?`);
  for (const line of content.split(/\r?\n/)) {
    const text = line.replace(prefix, "");
    // Fields have nothing before them; a function's own line that looks like fields has a time there.
    const fields = text === line && text.startsWith("{") ? parseObject(text) : {};
    const isLine = !("LogJson" in fields || "SCF_Message" in fields || "SCF_Type" in fields);
    const own = isLine ? text : ownLine("LogJson" in fields ? parseObject(fields["LogJson"]) : fields);
    if (own !== undefined) yield own;
  }
}

/**
 * Whether a line of a saved log that is not a record looks like one or like a notification. It may have been cut,
 * broken up or indented, follow the name of another function, or be a notification, which no log has.
 */
export function looksKept(line: string): boolean {
  if (!/^[\s[]*(?:(?:[\w-]+ )?\{\s*)?"/.test(line) || !/\b(?:replay|EventType)\b/.test(line)) return false;
  const object = parseObject(line);
  return "replay" in object || "EventType" in object || Object.keys(object).length === 0;
}

/**
 * The line that a function wrote, of the fields of its log record. A line of JSON is said to be parsed into
 * fields (docs/tencent-protocols.md#function-log); if its text is missing, it is composed again.
 */
function ownLine(fields: JsonObject): string | undefined {
  if (fields["SCF_Type"] !== undefined && fields["SCF_Type"] !== "Custom") return undefined;
  const message = fields["SCF_Message"];
  if (typeof message === "string" && message !== "") return message;
  const { replay } = fields;
  if (replay === undefined) return undefined;
  return JSON.stringify({ replay: typeof replay === "string" ? parseObject(replay) : replay });
}

/** An object from JSON in a string, with every digit of its numbers; an empty one if it is not an object. */
export function parseObject(text: unknown): JsonObject {
  try {
    const value = parseJson(String(text));
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
