import type { Environment } from "../../lib/config";
import { UserError } from "../../lib/errors";
import { isJsonObject, type JsonObject } from "../../lib/json";
import { schemaStatements } from "../../lib/sinks/database/statements";
import {
  type Database,
  describeUnreached,
  type Inside,
  openDatabase,
  statusFromHere,
  statusFromInside,
} from "../database/open-database";
import { hasTables } from "../deploy/check-database";
import { DEFAULT_CONCURRENCY } from "../deploy/invocation-config";
import { print } from "../terminal/output";

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
  const here = await statusFromHere(database, "database-status", environment);
  print(`From this machine: ${"error" in here ? `not reachable (${here["error"]})` : "reachable"}`);
  const within = await statusFromInside(database, "database-status");
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

async function makeTables(database: Database, environment: Environment): Promise<JsonObject> {
  const here = await statusFromHere(database, "database-init", environment);
  if (!("error" in here)) return here;
  const within = await statusFromInside(database, "database-init");
  if (within && !("error" in within)) return within;
  throw new UserError(
    `${describeUnreached(here, within)}\n` +
      "Nothing was made. Have an administrator of the database run what ./vod-receiver database print prints.",
  );
}
