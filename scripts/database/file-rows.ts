import { readFileSync } from "node:fs";
import type { Connect } from "../../lib/sinks/database/connection";
import { checkRecordUrl } from "../build/check-sinks";

const CONNECT_MS = 10_000;

/**
 * Reads what the database has of a file, from this machine: the function `retry` gives out no rows.
 * @returns lines for the user
 * @throws the driver's error
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
  const connection = await connect(target, caFile ? readFileSync(caFile, "utf8") : undefined, CONNECT_MS);
  try {
    const value = target.engine === "mysql" ? "?" : "$1";
    const select = (columns: string, table: string) =>
      connection.query({ sql: `SELECT ${columns} FROM ${table} WHERE file_id = ${value}`, values: [fileId] });
    const media = await select("name, deleted_at", "vod_media");
    const outputs = await select(
      "kind, definition, ordinal, state, url, error_code_ext, deleted_at",
      "vod_output",
    );
    const deleted = (row: Readonly<Record<string, unknown>>) => (row["deleted_at"] ? ", deleted" : "");
    return [
      `database: ${media.length === 0 ? "the file is not recorded" : media.map((row) => `${row["name"]}${deleted(row)}`).join("; ")}`,
      ...outputs
        .map((row) => {
          const end = row["url"] ?? row["error_code_ext"] ?? "";
          return `  ${row["kind"]} ${row["definition"]}: ${row["state"] ?? "waiting"}${deleted(row)} ${end}`.trimEnd();
        })
        .sort(),
    ];
  } finally {
    connection.destroy();
  }
}
