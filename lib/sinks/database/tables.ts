/** The version of the tables below; `vod_schema` lists those that were applied. */
export const SCHEMA_VERSION = 1;

type Type = "id" | "name" | "context" | "text" | "json" | "integer" | "real" | "time";

/**
 * How a column changes if its row exists, so that events in any order lead to the same row:
 * - `newest`: by an event whose `vod_update_time` is not older; others only fill it
 * - `ranked`: by a state of a higher rank
 * - `first`: once it has a value, it stays
 */
type Rule = "key" | "newest" | "ranked" | "first" | "latest" | "count";

export interface Column {
  readonly name: string;
  readonly type: Type;
  readonly rule: Rule;
}

export type TableName = "vod_media" | "vod_task" | "vod_output" | "vod_event";

export interface Table {
  readonly columns: readonly Column[];
  readonly indexes: readonly string[];
}

/** Ranks of states: one that has ended stays. */
export const RANKS = { waiting: 0, processing: 1, ended: 2 };

/** The tables of docs/reference.md#recording, in the order in which a transaction writes them. */
export const TABLES: Readonly<Record<TableName, Table>> = {
  vod_media: table(
    `sub_app_id integer key, file_id id key, name text newest, type name newest, category name newest,
     source_type name newest, source_context context newest, url text newest, cover_url text newest,
     duration_seconds real newest, size_bytes integer newest, width integer newest, height integer newest,
     vod_update_time time newest, deleted_at time first, recorded_at time latest`,
    ["source_context"],
  ),
  vod_task: table(
    `task_id id key, sub_app_id integer first, file_id id first, event_type name first, state name ranked,
     state_rank integer ranked, error_code name ranked, error_code_ext name ranked, message text ranked,
     session_context text first, recorded_at time latest`,
    ["file_id"],
  ),
  vod_output: table(
    `task_id id key, kind id key, definition integer key, ordinal integer key, sub_app_id integer first,
     file_id id first, output_file_id id ranked, state name ranked, state_rank integer ranked, url text ranked,
     urls json ranked, error_code name ranked, error_code_ext name ranked, message text ranked,
     duration_seconds real ranked, size_bytes integer ranked, width integer ranked, height integer ranked,
     bitrate integer ranked, md5 name ranked, deleted_at time first, recorded_at time latest`,
    ["file_id", "output_file_id"],
  ),
  vod_event: table(
    `id id key, event_type name first, sub_app_id integer first, file_id id first, task_id id first,
     state name first, first_at time first, last_at time latest, times integer count`,
    ["file_id"],
  ),
};

/** The names of the tables, in their order. */
export const TABLE_NAMES = Object.keys(TABLES) as TableName[];

function table(columns: string, indexes: readonly string[]): Table {
  const parse = (text: string): Column => {
    const [column = "", type, rule] = text.trim().split(" ");
    return { name: column, type: type as Type, rule: rule as Rule };
  };
  return { columns: columns.split(",").map(parse), indexes };
}
