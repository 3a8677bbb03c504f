import type { JsonObject } from "../../lib/json";
import { checkRecordUrl } from "../build/check-sinks";
import type { Account } from "../cloud/account";
import { explain } from "../cloud/explain";
import type { FunctionName } from "../cloud/function-names";
import { invokeWith } from "../cloud/invoke";
import { logLine } from "../terminal/output";
import { ask } from "../terminal/prompt";

const INIT = "./vod-receiver database init";

export interface DatabaseCheck {
  readonly recordUrl: string;
  /** The function that reaches the database from inside. */
  readonly retry: FunctionName;
  /** Whether the installation was there before, and so may share its database with others. */
  readonly isUpdate: boolean;
  /** Whether tables are made without a prompt. */
  readonly yes: boolean;
}

/**
 * Checks the database from inside the functions. Missing tables are made on a first installation, else after a
 * prompt. What is wrong is printed with its remedy; the deployment is done in any case.
 */
export async function checkDatabase(
  account: Account,
  { recordUrl, retry, isUpdate, yes }: DatabaseCheck,
): Promise<void> {
  const { tls, host } = checkRecordUrl(recordUrl);
  if (tls === "off")
    logLine(
      `The connection to the database ${host} is not encrypted. To encrypt it, add ?tls=verify to RECORD_URL.`,
    );
  const status = await askDatabase(account, retry, "database-status");
  if (typeof status["error"] === "string") return logUnreachable(status["error"]);
  if (hasTables(status)) return logLine("Events are recorded in the database.");
  const makes =
    !isUpdate ||
    yes ||
    (await ask("The database lacks the tables that events are recorded in. Make them now?"));
  if (!makes)
    return logLine(`Warning: the database lacks the tables that events are recorded in. Make them: ${INIT}`);
  const made = await askDatabase(account, retry, "database-init");
  if (typeof made["error"] === "string")
    return logLine(
      `Warning: the tables could not be made: ${made["error"]}. Grant the user CREATE, or have an administrator run what ./vod-receiver database print prints.`,
    );
  logLine("The tables are made. Events are recorded in the database.");
}

/** Has the retry function carry out an action. @returns its answer, or `error` */
export async function askDatabase(
  account: Account,
  retry: FunctionName,
  action: "database-status" | "database-init",
): Promise<JsonObject> {
  let answer: JsonObject;
  try {
    answer = await invokeWith(account, retry, { VodReceiver: { action } });
  } catch (error) {
    return { error: explain(error).replaceAll("\n", " ") };
  }
  if (typeof answer["error"] === "string" || typeof answer["version"] === "number") return answer;
  return { error: `the function ${retry.name} did not answer. Its log has the reason: ./vod-receiver logs` };
}

/** Whether the tables are there in the version that this code writes. */
export function hasTables({ version, wanted }: JsonObject): boolean {
  return version === wanted;
}

function logUnreachable(error: string): void {
  logLine(`Warning: the functions can't use the database: ${error}`);
  logLine(
    "Until they can, events wait and are retried. Check RECORD_URL, and that VPC_ID and SUBNET_ID name the database's network; then: ./vod-receiver database status",
  );
}
