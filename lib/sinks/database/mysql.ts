import { connect as connectTcp, isIP } from "node:net";
import { createConnection } from "mysql2/promise";
import { type Connect, tlsOptions } from "./connection";

/** Connects to a MySQL-compatible server. */
export const connect: Connect = async (target, ca, timeoutMs) => {
  const { host, port, user, password, database } = target;
  const ssl = tlsOptions(target, ca);
  // The driver verifies names only: with the dot an address is one, until Node's check drops the dot.
  const isAddress = target.tls === "verify" && isIP(host) > 0;
  const connection = await createConnection({
    ...(isAddress
      ? { host: `${host}.`, stream: () => connectTcp({ port, host, noDelay: true }) }
      : { host, port }),
    ...{ user, password, database },
    connectTimeout: timeoutMs,
    charset: "utf8mb4_bin",
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    timezone: "Z",
    // Nobody reads a file of ours.
    flags: ["-LOCAL_FILES"],
    ...(ssl && { ssl }),
  });
  // What ends it is thrown by the statement that runs, or by the next.
  connection.on("error", () => {});
  const run = async (sql: string, values: readonly (string | null)[] = []) =>
    values.length === 0 ? connection.query(sql) : connection.execute(sql, [...values]);
  let isPrepared = false;
  return {
    async query({ sql, values }) {
      const [rows] = await run(sql, values);
      return Array.isArray(rows) ? rows.map((row) => ({ ...row })) : [];
    },
    async transaction(statements) {
      if (!isPrepared) {
        // Gaps between rows are not locked, so that others' rows never wait for ours.
        await run("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
        isPrepared = true;
      }
      await run("START TRANSACTION");
      for (const { sql, values } of statements) await run(sql, values);
      await run("COMMIT");
    },
    destroy: () => connection.destroy(),
  };
};
