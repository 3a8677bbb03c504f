import { readFileSync } from "node:fs";
import type { Connect, Connection } from "../../lib/sinks/database/connection";
import type { Engine } from "../../lib/sinks/database/record-url";
import { checkRecordUrl } from "../build/check-sinks";

/** For all of it: a table may be locked, and a pooler may have no connection to give. */
const TIMEOUT_MS = 10_000;

/**
 * Reads what the database has of a file, from this machine: the function `retry` gives out no rows.
 * @returns lines for the user
 * @throws the driver's error, or one of its own if the database takes too long
 */
export async function describeFileRows(
  fileId: string,
  url: string,
  caFile: string | undefined,
): Promise<string[]> {
  const target = checkRecordUrl(url);
  const { connect }: { connect: Connect } =
    target.engine === "mysql"
      ? await import("../../lib/sinks/database/mysql")
      : await import("../../lib/sinks/database/postgres");
  let connection: Connection | undefined;
  const ca = caFile ? readFileSync(caFile, "utf8") : undefined;
  const rows = connect(target, ca, TIMEOUT_MS).then((opened) => {
    connection = opened;
    return readRows(fileId, opened, target.engine);
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${TIMEOUT_MS / 1000} seconds`)), TIMEOUT_MS);
  });
  try {
    return await Promise.race([late, rows]);
  } finally {
    clearTimeout(timer);
    connection?.destroy();
  }
}

async function readRows(fileId: string, connection: Connection, engine: Engine): Promise<string[]> {
  const value = engine === "mysql" ? "?" : "$1";
  const select = (columns: string, table: string) =>
    connection.query({ sql: `SELECT ${columns} FROM ${table} WHERE file_id = ${value}`, values: [fileId] });
  const media = await select("name, deleted_at", "vod_media");
  const outputs = await select(
    "kind, definition, ordinal, state, url, error_code_ext, deleted_at",
    "vod_output",
  );
  const deleted = (row: Readonly<Record<string, unknown>>) => (row["deleted_at"] ? ", deleted" : "");
  return [
    `database: ${media.length === 0 ? "the file is not recorded" : media.map((row) => `${row["name"] ?? "(no name)"}${deleted(row)}`).join("; ")}`,
    ...outputs
      .map((row) => {
        const end = row["url"] ?? row["error_code_ext"] ?? "";
        return `  ${row["kind"]} ${row["definition"]}: ${row["state"] ?? "waiting"}${deleted(row)} ${end}`.trimEnd();
      })
      .sort(),
  ];
}
