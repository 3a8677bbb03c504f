import type { JsonObject } from "../../json";
import type { Connection } from "./connection";
import type { Engine } from "./record-url";
import { schemaStatements } from "./statements";
import { SCHEMA_VERSION, TABLE_NAMES } from "./tables";

/** What is known of the tables; it has no row and no secret. */
export interface DatabaseStatus extends JsonObject {
  /** The tables' version; 0 if there are none. */
  readonly version: number;
  /** The version that this code writes. */
  readonly wanted: number;
  /** The number of rows, by table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Connections of the server: those that are open, as far as the user may see them, and the most it accepts. */
  readonly connections: { readonly open: number; readonly max: number };
}

type Query = Connection["query"];

/** Makes the tables, or what they lack. @throws the driver's error */
export async function makeTables(engine: Engine, query: Query): Promise<void> {
  for (const sql of schemaStatements(engine)) await query({ sql, values: [] });
}

/** Looks at the tables. @throws the driver's error */
export async function readStatus(engine: Engine, query: Query): Promise<DatabaseStatus> {
  const count = async (sql: string) => {
    const [row = {}] = await query({ sql, values: [] });
    return Number(Object.values(row).at(-1) ?? 0);
  };
  const isMysql = engine === "mysql";
  const schema = isMysql ? "DATABASE()" : "current_schema()";
  const found = await query({
    sql: `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ${schema}`,
    values: [],
  });
  const names = found.map(({ name }) => String(name));
  const rows: Record<string, number> = {};
  for (const name of TABLE_NAMES)
    if (names.includes(name)) rows[name] = await count(`SELECT COUNT(*) AS n FROM ${name}`);
  const isWhole = Object.keys(rows).length === TABLE_NAMES.length && names.includes("vod_schema");
  return {
    version: isWhole ? await count("SELECT MAX(version) AS n FROM vod_schema") : 0,
    wanted: SCHEMA_VERSION,
    rows,
    connections: {
      open: await count(
        isMysql ? "SHOW STATUS LIKE 'Threads_connected'" : "SELECT COUNT(*) AS n FROM pg_stat_activity",
      ),
      max: await count(isMysql ? "SELECT @@max_connections AS n" : "SHOW max_connections"),
    },
  };
}
