import { systemClock } from "../lib/clock";
import type { Environment } from "../lib/config";
import { isJsonObject, type JsonObject } from "../lib/json";
import { type Account, openAccount } from "./deploy/account";
import { withDefaults } from "./deploy/deploy";
import { type FunctionName, readFunction } from "./deploy/remote-function";
import { dim } from "./say";

const PAGE = 1000;
const FOLLOW_PAUSE_MS = 3000;
/** Lines get into the log service late, and not in order: each look goes back over what the last one saw. */
const OVERLAP_MS = 60_000;

/**
 * Prints a function's log from CLS, in the order of its lines.
 * @param options.since how far back, such as 10m, 3h or 2d
 * @param options.follow goes on until it is stopped
 * @throws where there is no function, or its log is not delivered
 */
export async function printLogs(
  environment: Environment,
  { since, follow = false }: { since: string; follow?: boolean },
): Promise<void> {
  const env = withDefaults(environment);
  const account = openAccount(env, console.error);
  const name = { namespace: env["NAMESPACE"] ?? "", name: env["FUNCTION"] ?? "" };
  const topicId = await findTopic(account, name);
  const seen = new Set<string>();
  let from = systemClock.now() - parseDuration(since);
  for (;;) {
    const to = systemClock.now();
    for (const { key, time, text } of await readLines(account, topicId, name, from, to)) {
      if (seen.has(key)) continue;
      seen.add(key);
      console.log(`${dim(time)} ${text}`);
    }
    if (!follow) return;
    from = Math.max(from, to - OVERLAP_MS);
    await systemClock.sleep(FOLLOW_PAUSE_MS);
  }
}

/** @throws where the text is no duration; returns milliseconds */
function parseDuration(text: string): number {
  const [, amount, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const ms = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit ?? ""];
  if (ms === undefined) throw new Error(`"${text}" is no duration: write 30s, 10m, 3h or 2d.`);
  return Number(amount) * ms;
}

async function findTopic(account: Account, name: FunctionName): Promise<string> {
  const remote = await readFunction(account, name);
  if (!remote) throw new Error(`There is no function ${name.namespace}/${name.name}; deploy it first.`);
  const { ClsTopicId } = remote.description;
  if (ClsTopicId) return ClsTopicId;
  throw new Error(
    "The function's log is not delivered to CLS. Switch it on in the SCF console (the function's configuration, log delivery), or remove the function and deploy it again.",
  );
}

interface Line {
  /** Tells a line from all others, also from an equal one at another time. */
  readonly key: string;
  readonly time: string;
  readonly text: string;
}

async function readLines(
  { cls }: Account,
  TopicId: string,
  { namespace, name }: FunctionName,
  From: number,
  To: number,
): Promise<readonly Line[]> {
  const QueryString = `SCF_FunctionName:"${name}" AND SCF_Namespace:"${namespace}"`;
  const lines: Line[] = [];
  let Context = "";
  for (;;) {
    const params = { TopicId, From, To, QueryString, QuerySyntax: 1, Limit: PAGE, Sort: "asc" };
    const answer: unknown = await cls.request("SearchLog", { ...params, ...(Context && { Context }) });
    const page = isJsonObject(answer) ? answer : {};
    const results = Array.isArray(page["Results"]) ? page["Results"].filter(isJsonObject) : [];
    lines.push(...results.map(readLine));
    Context = String(page["Context"] ?? "");
    if (page["ListOver"] === true || results.length === 0 || Context === "") return lines;
  }
}

function readLine(result: JsonObject): Line {
  const fields = parseFields(result["LogJson"]);
  const time = Number(result["Time"]);
  return {
    key: JSON.stringify([result["Time"], result["PkgId"], result["PkgLogId"], result["LogJson"]]),
    time: Number.isFinite(time) ? new Date(time).toISOString() : "",
    text: String(fields["SCF_Message"] ?? ""),
  };
}

/** LogJson is JSON in a string (FACTS F). */
function parseFields(text: unknown): JsonObject {
  try {
    const fields: unknown = JSON.parse(String(text));
    return isJsonObject(fields) ? fields : {};
  } catch {
    return {};
  }
}
