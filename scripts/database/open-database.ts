import { systemClock } from "../../lib/clock";
import type { Environment } from "../../lib/config";
import { UsageError } from "../../lib/errors";
import type { JsonObject } from "../../lib/json";
import { redact, secretsOf } from "../../lib/log/redact";
import type { RecordTarget } from "../../lib/sinks/database/record-url";
import { type Recorder, recorderFor } from "../../lib/sinks/database/recorder";
import { checkRecordUrl } from "../build/check-sinks";
import { type Account, openAccount } from "../cloud/account";
import { explain } from "../cloud/explain";
import { type FoundFunction, findFunction } from "../cloud/our-functions";
import { readTarget, type Target } from "../cloud/target";
import { askDatabase } from "../deploy/check-database";
import { readProjectSetting } from "../project";
import { printError } from "../terminal/output";

const HERE_MS = 10_000;

/** The database of an installation, from here and from inside. */
export interface Database {
  readonly url: string;
  readonly target: RecordTarget;
  readonly caFile: string | undefined;
  /** Absent if there are no keys of the account, or the function is not deployed with this database. */
  readonly inside: Inside | undefined;
}

export interface Inside {
  readonly account: Account;
  readonly retry: FoundFunction;
  /** Absent in reliable mode. */
  readonly callback: FoundFunction | undefined;
}

export type DatabaseAction = "database-init" | "database-status";

/**
 * Finds the database of RECORD_URL, the configuration or the installation.
 * @throws {UsageError} if none of them names one
 */
export async function openDatabase(environment: Environment): Promise<Database> {
  const target = readTarget(environment);
  const { env } = target;
  const given = env["RECORD_URL"] || readProjectSetting("record_url");
  const inside = await findInside(target).catch((error: unknown) => {
    // The database may be in reach without them.
    if (!given) throw error;
    printError(`The functions were not asked: ${explain(error).replaceAll("\n", " ")}`);
    return undefined;
  });
  const url = given || inside?.retry.remote.variables["RECORD_URL"];
  if (typeof url !== "string" || url === "")
    throw new UsageError(
      "RECORD_URL is not set, and no function has one. Set it: RECORD_URL='mysql://user:password@host:3306/name' (docs/recording.md)",
    );
  const caFile = env["RECORD_CA"] || undefined;
  const isSame = inside?.retry.remote.variables["RECORD_URL"] === url;
  return { url, target: checkRecordUrl(url), caFile, inside: isSame ? inside : undefined };
}

/** Without keys, there is only what is reachable from here. */
async function findInside(target: Target): Promise<Inside | undefined> {
  const { SECRET_ID, SECRET_KEY } = target.env;
  if (!SECRET_ID || !SECRET_KEY) return undefined;
  const account = openAccount(target, () => {}, systemClock);
  const retry = await findFunction(account, "retry", target);
  return retry && { account, retry, callback: await findFunction(account, "callback", target) };
}

/** Carries out an action from this machine. @returns the tables' status, or `error` */
export async function statusFromHere(
  { url, caFile }: Database,
  action: DatabaseAction,
  environment: Environment,
): Promise<JsonObject> {
  let recorder: Recorder | undefined;
  try {
    recorder = recorderFor(url, caFile, systemClock);
    return await recorder.administer(action === "database-init", systemClock.monotonic() + HERE_MS);
  } catch (error) {
    const message = error instanceof Error ? error.message || String(Object(error).code) : String(error);
    return { error: redact(message, secretsOf(undefined, { ...environment, RECORD_URL: url })) };
  } finally {
    recorder?.close();
  }
}

/** Why neither this machine nor the functions reach a database. */
export function describeUnreached(here: JsonObject, within: JsonObject | undefined): string {
  const inside =
    within?.["error"] ?? "not tried, because none is deployed with this database, or keys are missing";
  return `From this machine: ${here["error"]}\nFrom the functions: ${inside}`;
}

/** Has the function `retry` carry out an action. @returns undefined if none is deployed with this database */
export async function statusFromInside(
  { inside }: Database,
  action: DatabaseAction,
): Promise<JsonObject | undefined> {
  return inside && (await askDatabase(inside.account, inside.retry.name, action));
}
