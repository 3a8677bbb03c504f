import { systemClock } from "../../lib/clock";
import type { Environment } from "../../lib/config";
import { UsageError, UserError } from "../../lib/errors";
import { isJsonObject, type JsonObject } from "../../lib/json";
import { redact, secretsOf } from "../../lib/log/redact";
import type { RecordTarget } from "../../lib/sinks/database/record-url";
import { recorderFor } from "../../lib/sinks/database/recorder";
import { schemaStatements } from "../../lib/sinks/database/statements";
import { checkRecordUrl } from "../build/check-sinks";
import { type Account, openAccount } from "../cloud/account";
import { explain } from "../cloud/explain";
import { type FoundFunction, findFunction } from "../cloud/our-functions";
import { readTarget, type Target } from "../cloud/target";
import { askDatabase, hasTables } from "../deploy/check-database";
import { DEFAULT_CONCURRENCY } from "../deploy/invocation-config";
import { readProjectSetting } from "../project";
import { print, printError } from "../terminal/output";

const HERE_MS = 10_000;

/** The database of an installation, from here and from inside. */
interface Database {
  readonly url: string;
  readonly target: RecordTarget;
  readonly caFile: string | undefined;
  /** Absent if there are no keys of the account, or the function is not deployed with this database. */
  readonly inside: Inside | undefined;
}

interface Inside {
  readonly account: Account;
  readonly retry: FoundFunction;
  /** Absent in reliable mode. */
  readonly callback: FoundFunction | undefined;
}

/** Prints the statements that make the tables, for an administrator of the database. */
export async function printSchema(environment: Environment): Promise<void> {
  const { target } = await openDatabase(environment);
  for (const statement of schemaStatements(target.engine)) print(...`${statement};`.split("\n"));
}

/**
 * Makes the tables, or what they lack: from here, or by the function `retry` if the database is out of reach.
 * @throws {UserError} if neither can; the message has the remedy
 */
export async function initDatabase(environment: Environment): Promise<void> {
  const database = await openDatabase(environment);
  const { version } = await makeTables(database, environment);
  print(`The tables are made: version ${version}.`);
}

/**
 * Prints what is in the database, who reaches it, and how many connections the functions can open.
 * @returns whether the tables are there, and the functions reach them
 */
export async function printDatabase(environment: Environment): Promise<boolean> {
  const database = await openDatabase(environment);
  const { target, inside } = database;
  const encryption = {
    off: "not encrypted",
    require: "encrypted, not verified",
    verify: "encrypted and verified",
  };
  print(`Database: ${target.engine} ${target.host}:${target.port}, ${encryption[target.tls]}`);
  const here = await fromHere(database, "database-status", environment);
  print(`From this machine: ${"error" in here ? `not reachable (${here["error"]})` : "reachable"}`);
  const within = inside && (await askDatabase(inside.account, inside.retry.name, "database-status"));
  const isReached = within === undefined || !("error" in within);
  if (!within)
    print(
      "From the functions: not checked, because none is deployed with this database, or keys are missing",
    );
  else print(`From the functions: ${isReached ? "reachable" : `not reachable (${within["error"]})`}`);
  const status = "error" in here ? within : here;
  if (!status || "error" in status) return false;
  printTables(status);
  printConnections(status, inside);
  if (!hasTables(status)) print("Make the tables: ./vod-receiver database init");
  return hasTables(status) && isReached;
}

function printTables({ version, wanted, rows }: JsonObject): void {
  print(
    version === wanted
      ? `Tables: version ${version}`
      : `Tables: version ${version}, but this code needs ${wanted}`,
  );
  for (const [name, count] of Object.entries(isJsonObject(rows) ? rows : {}))
    print(`  ${name}: ${count} rows`);
}

function printConnections({ connections }: JsonObject, inside: Inside | undefined): void {
  const { open, max } = isJsonObject(connections) ? connections : {};
  const limit = Number(inside?.callback?.remote.variables["CONCURRENCY"] || DEFAULT_CONCURRENCY);
  print(
    `Connections: ${open} of ${max} are open. Each instance of a function opens one: callback at most ${limit}, and retry and reliable a few.`,
  );
  if (Number(max) < limit)
    print(
      "  The server accepts fewer. Set CONCURRENCY to less than that, or raise the server's limit (docs/recording.md#connections).",
    );
}

async function openDatabase(environment: Environment): Promise<Database> {
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

async function makeTables(database: Database, environment: Environment): Promise<JsonObject> {
  const here = await fromHere(database, "database-init", environment);
  if (!("error" in here)) return here;
  const { inside } = database;
  const within = inside && (await askDatabase(inside.account, inside.retry.name, "database-init"));
  if (within && !("error" in within)) return within;
  throw new UserError(
    `From this machine: ${here["error"]}\nFrom the functions: ${within?.["error"] ?? "not tried, because none is deployed with this database, or keys are missing"}\n` +
      "Nothing was made. Have an administrator of the database run what ./vod-receiver database print prints.",
  );
}

async function fromHere(
  { url, caFile }: Database,
  action: "database-init" | "database-status",
  environment: Environment,
): Promise<JsonObject> {
  const recorder = recorderFor(url, caFile, systemClock);
  try {
    return await recorder.administer(action === "database-init", systemClock.monotonic() + HERE_MS);
  } catch (error) {
    const message = error instanceof Error ? error.message || String(Object(error).code) : String(error);
    return { error: redact(message, secretsOf(undefined, { ...environment, RECORD_URL: url })) };
  } finally {
    recorder.close();
  }
}
