import { systemClock } from "../../../lib/clock";
import type { Connect } from "../../../lib/sinks/database/connection";
import { recorderFor } from "../../../lib/sinks/database/recorder";
import { checkRecordUrl } from "../../build/check-sinks";

const CONNECT_MS = 10_000;

/** The database that a soak records in. */
interface SoakDatabase {
  /** What is not there exactly once: each file, and its one output. */
  findUnrecorded(fileIds: readonly string[]): Promise<string[]>;
  close(): void;
}

/** Makes the tables. @throws {Error} if the database has rows */
export async function openEmptyDatabase(url: string): Promise<SoakDatabase> {
  const recorder = recorderFor(url, undefined, systemClock);
  const { rows } = await recorder.administer(true, systemClock.monotonic() + CONNECT_MS);
  recorder.close();
  if (Object.values(rows).some((count) => count > 0)) throw new Error("The database is not empty.");
  const target = checkRecordUrl(url);
  const { connect }: { connect: Connect } =
    target.engine === "mysql"
      ? await import("../../../lib/sinks/database/mysql")
      : await import("../../../lib/sinks/database/postgres");
  const connection = await connect(target, undefined, CONNECT_MS);
  const countsOf = async (table: string, condition: string) => {
    const sql = `SELECT file_id, COUNT(*) AS n FROM ${table} WHERE ${condition} GROUP BY file_id`;
    const found = await connection.query({ sql, values: [] });
    return new Map(found.map((row) => [String(row["file_id"]), Number(row["n"])]));
  };
  return {
    async findUnrecorded(fileIds) {
      const media = await countsOf("vod_media", "deleted_at IS NULL");
      const ofOutput = "kind = 'Transcode' AND definition = 100010";
      const rows = await countsOf("vod_output", ofOutput);
      const succeeded = await countsOf("vod_output", `${ofOutput} AND state = 'succeeded'`);
      return fileIds.flatMap((fileId) => [
        ...(media.get(fileId) === 1 ? [] : [`not recorded: the file ${fileId}`]),
        ...(rows.get(fileId) === 1 && succeeded.get(fileId) === 1
          ? []
          : [
              `${rows.get(fileId) ?? 0} rows, ${succeeded.get(fileId) ?? 0} succeeded: the output of ${fileId}`,
            ]),
      ]);
    },
    close: () => connection.destroy(),
  };
}
