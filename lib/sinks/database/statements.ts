import type { Engine } from "./record-url";
import { type Column, SCHEMA_VERSION, TABLE_NAMES, TABLES, type TableName } from "./tables";

/** A statement with its values, all as text. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly (string | null)[];
}

/** A row to insert, or to merge into the one with its key, by column; what is absent is null. */
export interface Row {
  readonly table: TableName;
  readonly values: Readonly<Record<string, string | number | undefined>>;
  /** Inserts an output only if another task's row of that file, kind and definition does not exist. */
  readonly unlessKnown?: boolean;
}

/** Outputs that were deleted at VOD. */
export interface DeletedOutputs {
  readonly subAppId: number;
  readonly fileId: string;
  readonly kind: string;
  /** All of that kind, if it is absent. */
  readonly definition?: number;
  readonly deletedAt: string;
}

/** The most characters of a value. A column of MySQL's type TEXT holds 64 KB, of up to four bytes a character. */
const MAX_CHARACTERS = {
  ...{ id: 128, name: 255, context: 1000, text: 16_000, json: 4_000_000 },
  ...{ integer: 20, real: 30, time: 31 },
};

const TYPES = {
  mysql: {
    ...{ id: "VARCHAR(128)", name: "VARCHAR(255)", context: "VARCHAR(1000)", text: "TEXT", json: "JSON" },
    ...{ integer: "BIGINT", real: "DOUBLE", time: "DATETIME(3)" },
  },
  postgres: {
    ...{ id: "VARCHAR(128)", name: "VARCHAR(255)", context: "VARCHAR(1000)", text: "TEXT", json: "JSONB" },
    ...{ integer: "BIGINT", real: "DOUBLE PRECISION", time: "TIMESTAMPTZ(3)" },
  },
};

/** The statements that make the tables; they can be run any number of times. */
export function schemaStatements(engine: Engine): string[] {
  const types = TYPES[engine];
  const isMysql = engine === "mysql";
  const options = isMysql ? " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin" : "";
  const tables = TABLE_NAMES.flatMap((name) => {
    const { columns, indexes } = TABLES[name];
    const keys = columns.filter(({ rule }) => rule === "key").map((column) => column.name);
    const lines = [
      ...columns.map(
        (column) => `${column.name} ${types[column.type]}${column.rule === "key" ? " NOT NULL" : " NULL"}`,
      ),
      `PRIMARY KEY (${keys.join(", ")})`,
      ...(isMysql ? indexes.map((column) => `INDEX ${name}_${column} (${column}${lengthIn(column)})`) : []),
    ];
    return [
      `CREATE TABLE IF NOT EXISTS ${name} (\n  ${lines.join(",\n  ")}\n)${options}`,
      ...(isMysql
        ? []
        : indexes.map(
            (column) => `CREATE INDEX IF NOT EXISTS ${name}_${column} ON ${name} USING hash (${column})`,
          )),
    ];
  });
  const insert = isMysql ? "INSERT IGNORE INTO" : "INSERT INTO";
  const now = isMysql ? "UTC_TIMESTAMP(3)" : "now()";
  return [
    ...tables,
    `CREATE TABLE IF NOT EXISTS vod_schema (\n  version ${types.integer} NOT NULL,\n  applied_at ${types.time} NULL,\n  PRIMARY KEY (version)\n)${options}`,
    `${insert} vod_schema (version, applied_at) VALUES (${SCHEMA_VERSION}, ${now})${isMysql ? "" : " ON CONFLICT DO NOTHING"}`,
  ];
}

/** MySQL's indexes hold at most 3 072 bytes of a value; PostgreSQL's hold hashes. */
function lengthIn(column: string): string {
  return column === "source_context" ? "(255)" : "";
}

/** The statement that merges a row. */
export function upsert(engine: Engine, { table, values, unlessKnown }: Row): Statement {
  const text = ({ name, type }: Column) => textOf(values[name], MAX_CHARACTERS[type], engine);
  const { columns } = TABLES[table];
  if (!unlessKnown) return { sql: upsertSql(engine, table), values: columns.map(text) };
  const isCompared = ({ name }: Column) => SAME_OUTPUT.includes(name);
  return {
    sql: insertUnlessKnownSql(engine, table),
    values: [...columns, ...columns.filter(isCompared)].map(text),
  };
}

/** What two tasks' rows of one output have in common; and the task, which differs. */
const SAME_OUTPUT = ["task_id", "kind", "definition", "file_id"];

function insertUnlessKnownSql(engine: Engine, table: TableName): string {
  const { columns } = TABLES[table];
  const isMysql = engine === "mysql";
  const names = columns.map(({ name }) => name).join(", ");
  const values = columns.map(({ type }, index) => placeholder(engine, type, index + 1)).join(", ");
  const conditions = columns
    .filter(({ name }) => SAME_OUTPUT.includes(name))
    .map(({ name, type }, index) => {
      const other = placeholder(engine, type, columns.length + index + 1);
      return `${name} ${name === "task_id" ? "<>" : "="} ${other}`;
    });
  return (
    `INSERT ${isMysql ? "IGNORE " : ""}INTO ${table} (${names}) SELECT ${values}${isMysql ? " FROM DUAL" : ""} ` +
    `WHERE NOT EXISTS (SELECT 1 FROM ${table} WHERE ${conditions.join(" AND ")})` +
    (isMysql ? "" : " ON CONFLICT DO NOTHING")
  );
}

/** The statement that marks outputs as deleted. */
export function markDeleted(
  engine: Engine,
  { subAppId, fileId, kind, definition, deletedAt }: DeletedOutputs,
): Statement {
  const conditions = { sub_app_id: subAppId, file_id: fileId, kind, ...(definition && { definition }) };
  const names = Object.keys(conditions);
  const set = placeholder(engine, "time", 1);
  const where = names.map((name, index) => {
    const type = name === "file_id" || name === "kind" ? "id" : "integer";
    return `${name} = ${placeholder(engine, type, index + 2)}`;
  });
  return {
    sql: `UPDATE vod_output SET deleted_at = COALESCE(deleted_at, ${set}) WHERE ${where.join(" AND ")}`,
    values: [timeOf(deletedAt, engine), ...Object.values(conditions).map(String)],
  };
}

const cache = new Map<string, string>();

function upsertSql(engine: Engine, table: TableName): string {
  const key = `${engine} ${table}`;
  const known = cache.get(key) ?? makeUpsert(engine, table);
  cache.set(key, known);
  return known;
}

function makeUpsert(engine: Engine, table: TableName): string {
  const { columns } = TABLES[table];
  const isMysql = engine === "mysql";
  // The aliases of MySQL 8 are unknown to MariaDB, which has VALUES() as MySQL 5.7 has.
  const inserted = (name: string) => (isMysql ? `VALUES(${name})` : `excluded.${name}`);
  const stored = (name: string) => (isMysql ? name : `${table}.${name}`);
  const [time, storedTime] = [inserted("vod_update_time"), stored("vod_update_time")];
  const isNewer = `${time} >= ${storedTime} OR (${storedTime} IS NULL AND ${time} IS NOT NULL)`;
  const isHigher = `${inserted("state_rank")} > ${stored("state_rank")}`;
  const assign = ({ name, rule }: Column): string => {
    const [after, before] = [inserted(name), stored(name)];
    switch (rule) {
      case "newest":
        return `CASE WHEN ${isNewer} THEN COALESCE(${after}, ${before}) ELSE COALESCE(${before}, ${after}) END`;
      case "ranked":
        return `CASE WHEN ${isHigher} THEN ${after} ELSE ${before} END`;
      case "first":
        return `COALESCE(${before}, ${after})`;
      case "count":
        return `${before} + ${after}`;
      default:
        return after;
    }
  };
  // MySQL assigns from left to right, so what others are compared by comes last.
  const isCompared = ({ name }: Column) => Number(name === "state_rank" || name === "vod_update_time");
  const assignments = columns
    .filter(({ rule }) => rule !== "key")
    .sort((a, b) => isCompared(a) - isCompared(b))
    .map((column) => `${column.name} = ${assign(column)}`);
  const keys = columns.filter(({ rule }) => rule === "key").map(({ name }) => name);
  return (
    `INSERT INTO ${table} (${columns.map(({ name }) => name).join(", ")}) ` +
    `VALUES (${columns.map(({ type }, index) => placeholder(engine, type, index + 1)).join(", ")}) ` +
    (isMysql ? "ON DUPLICATE KEY UPDATE " : `ON CONFLICT (${keys.join(", ")}) DO UPDATE SET `) +
    assignments.join(", ")
  );
}

/** Every value is sent as text, which PostgreSQL converts only if it is asked to. */
function placeholder(engine: Engine, type: Column["type"], position: number): string {
  return engine === "mysql" ? "?" : `$${position}::text::${TYPES.postgres[type]}`;
}

function textOf(value: string | number | undefined, max: number, engine: Engine): string | null {
  if (value === undefined) return null;
  const text = String(value);
  if (max === MAX_CHARACTERS.time && /^\d{4}-\d\d-\d\dT/.test(text)) return timeOf(text, engine);
  // PostgreSQL stores no NUL, and neither database half a character.
  return Buffer.from(text.slice(0, max).replaceAll("\0", "\ufffd")).toString();
}

/** @param time as `Date.toISOString` writes it */
function timeOf(time: string, engine: Engine): string {
  return engine === "mysql" ? time.replace("T", " ").replace("Z", "") : time;
}
