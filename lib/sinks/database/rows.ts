import type { VodEvent } from "../../event/event";
import { text } from "../../event/untrusted";
import { isJsonObject, type JsonObject } from "../../json";
import type { EventReport } from "../../report/event-report";
import type { DeletedOutputs, Row } from "./statements";
import { RANKS } from "./tables";

/** What an event changes in the tables. */
export interface Changes {
  readonly rows: readonly Row[];
  readonly deleted: readonly DeletedOutputs[];
}

/** The outputs that a deleted part of a file stands for (docs/tencent-protocols.md#deleted-files). */
const KINDS_OF_PARTS: Readonly<Record<string, string>> = {
  TranscodeFiles: "Transcode",
  AdaptiveDynamicStreamingFiles: "AdaptiveDynamicStreaming",
};

/**
 * What to record of an event (docs/reference.md#recording).
 * @param recordedAt as `Date.toISOString` writes it
 */
export function changesOf(event: VodEvent, report: EventReport, recordedAt: string): Changes {
  const { subAppId = 0, fileId, taskId } = report;
  // Not VOD's: it has a file's outputs of tasks that VOD no longer shows (scripts/database/outputs-event.ts).
  const isBackfill = taskId?.startsWith("file:");
  const rows = isBackfill ? [] : [eventRow(report, recordedAt)];
  const payload: JsonObject = event.payload;
  const media = isBackfill ? undefined : mediaFileId(report);
  if (media !== undefined) rows.push(mediaRow(media, payload, report, recordedAt));
  if (taskId !== undefined && !isBackfill) rows.push(taskRow(taskId, payload, report, recordedAt));
  for (const result of report.results) {
    const { kind, definition, index, state, urls, error, md5 } = result;
    rows.push({
      table: "vod_output",
      ...(isBackfill && { unlessKnown: true }),
      values: {
        // What has no task is of this event alone.
        task_id: taskId ?? `event:${report.id}`,
        ...{ kind, definition: definition ?? 0, ordinal: index, sub_app_id: subAppId, file_id: fileId },
        ...{ output_file_id: result.fileId, state, state_rank: rankOf(state) },
        ...{ url: urls[0], urls: urls.length > 0 ? JSON.stringify(urls) : undefined },
        ...errorColumns(error),
        ...{ duration_seconds: result.durationSeconds, size_bytes: result.sizeBytes },
        ...{ width: result.width, height: result.height, bitrate: result.bitrate, md5 },
        recorded_at: recordedAt,
      },
    });
  }
  for (const file of report.deletedFileIds ?? [])
    rows.push({
      table: "vod_media",
      values: { sub_app_id: subAppId, file_id: file, deleted_at: recordedAt, recorded_at: recordedAt },
    });
  const deleted = (report.deletedParts ?? []).flatMap((part) => {
    const kind = KINDS_OF_PARTS[part.type];
    const { definition } = part;
    return kind === undefined
      ? []
      : [{ subAppId, fileId: part.fileId, kind, ...(definition && { definition }), deletedAt: recordedAt }];
  });
  return { rows, deleted };
}

/** The file that the report's `file` describes. */
function mediaFileId({ eventType, file, fileId, sourceFileId }: EventReport): string | undefined {
  return file === undefined && eventType !== "NewFileUpload" ? undefined : (sourceFileId ?? fileId);
}

function mediaRow(fileId: string, payload: JsonObject, report: EventReport, recordedAt: string): Row {
  const { subAppId = 0, sourceContext, file = {} } = report;
  const info = payload["MediaBasicInfo"];
  const updated = Date.parse((isJsonObject(info) && text(info["UpdateTime"])) || "");
  return {
    table: "vod_media",
    values: {
      ...{ sub_app_id: subAppId, file_id: fileId, name: file.name, type: file.type, category: file.category },
      ...{ source_type: file.sourceType, source_context: sourceContext, url: file.url },
      ...{ cover_url: file.coverUrl, duration_seconds: file.durationSeconds, size_bytes: file.sizeBytes },
      ...{ width: file.width, height: file.height },
      vod_update_time: Number.isNaN(updated) ? undefined : new Date(updated).toISOString(),
      recorded_at: recordedAt,
    },
  };
}

function taskRow(taskId: string, payload: JsonObject, report: EventReport, recordedAt: string): Row {
  const { subAppId = 0, fileId, eventType, state, error, sessionContext } = report;
  const isWaiting = payload["Status"] === "WAITING";
  return {
    table: "vod_task",
    values: {
      ...{ task_id: taskId, sub_app_id: subAppId, file_id: fileId, event_type: eventType },
      ...{ state: isWaiting ? "waiting" : state, state_rank: isWaiting ? RANKS.waiting : rankOf(state) },
      ...errorColumns(error),
      ...{ session_context: sessionContext, recorded_at: recordedAt },
    },
  };
}

function eventRow({ id, eventType, subAppId = 0, fileId, taskId, state }: EventReport, at: string): Row {
  return {
    table: "vod_event",
    values: {
      ...{ id, event_type: eventType, sub_app_id: subAppId, file_id: fileId, task_id: taskId, state },
      ...{ first_at: at, last_at: at, times: 1 },
    },
  };
}

function errorColumns(error: EventReport["error"]) {
  return { error_code: error?.code, error_code_ext: error?.codeExt, message: error?.message };
}

/** What reports no state waits. */
function rankOf(state: string | undefined): number {
  if (state === undefined) return RANKS.waiting;
  return state === "processing" ? RANKS.processing : RANKS.ended;
}
