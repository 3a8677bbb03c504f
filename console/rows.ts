import type {
  DescribeTaskDetailResponse,
  MediaInfo,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { parseEvent } from "../lib/event/event";
import { identityOf } from "../lib/event/identity";
import { isJsonObject, type JsonObject } from "../lib/json";
import { type EventReport, toReport } from "../lib/report/event-report";
import { readParts } from "../lib/report/parts";
import type { FileRow, OutputRow, TaskRow } from "./protocol";

/** The event report of a notification. @throws {Refusal} if it cannot be read */
export function reportOf(notification: JsonObject): EventReport {
  const event = parseEvent(notification);
  return toReport(event, readParts(event), { requestId: "", identity: identityOf(event) });
}

/** A file as VOD describes it, without its tasks. @param info has at least `basicInfo` */
export function fileRow(info: MediaInfo): Omit<FileRow, "tasks"> {
  const { FileId = "", BasicInfo = {}, MetaData } = info;
  return {
    fileId: FileId,
    name: BasicInfo.Name ?? "",
    type: BasicInfo.Type ?? "",
    category: BasicInfo.Category ?? "",
    timeMs: Date.parse(BasicInfo.CreateTime ?? "") || 0,
    url: BasicInfo.MediaUrl ?? "",
    ...(BasicInfo.CoverUrl && { coverUrl: BasicInfo.CoverUrl }),
    ...measures({ ...MetaData, Duration: MetaData?.Duration }),
    outputs: outputsOf(info),
  };
}

function outputsOf(info: MediaInfo): OutputRow[] {
  const { TranscodeInfo, AdaptiveDynamicStreamingInfo, AnimatedGraphicsInfo } = info;
  const { SampleSnapshotInfo, SnapshotByTimeOffsetInfo, ImageSpriteInfo, BasicInfo } = info;
  const rows: (OutputRow | undefined)[] = [
    // Definition 0 is the source.
    ...(TranscodeInfo?.TranscodeSet ?? []).map((one) =>
      one.Definition === 0 ? undefined : row("Transcode", one.Definition, one.Url, one),
    ),
    ...(AdaptiveDynamicStreamingInfo?.AdaptiveDynamicStreamingSet ?? []).map((one) =>
      row("AdaptiveDynamicStreaming", one.Definition, one.Url, one),
    ),
    ...(AnimatedGraphicsInfo?.AnimatedGraphicsSet ?? []).map((one) =>
      row("AnimatedGraphics", one.Definition, one.Url, one),
    ),
    ...(SampleSnapshotInfo?.SampleSnapshotSet ?? []).flatMap(({ Definition, ImageUrlSet }) =>
      (ImageUrlSet ?? []).map((url) => row("SampleSnapshot", Definition, url)),
    ),
    ...(SnapshotByTimeOffsetInfo?.SnapshotByTimeOffsetSet ?? []).flatMap(({ Definition, PicInfoSet }) =>
      (PicInfoSet ?? []).map(({ Url }) => row("SnapshotByTimeOffset", Definition, Url)),
    ),
    ...(ImageSpriteInfo?.ImageSpriteSet ?? []).flatMap(({ Definition, ImageUrlSet }) =>
      (ImageUrlSet ?? []).map((url) => row("ImageSprite", Definition, url)),
    ),
    row("Cover", undefined, BasicInfo?.CoverUrl),
  ];
  return rows.filter((one) => one !== undefined);
}

interface Measured {
  readonly Size?: number | null;
  readonly Width?: number | null;
  readonly Height?: number | null;
  readonly Duration?: number | null | undefined;
}

function row(
  kind: string,
  definition: number | undefined,
  url: string | undefined,
  measured: Measured = {},
): OutputRow | undefined {
  if (!url) return undefined;
  const { durationSeconds: _same, ...sizes } = measures(measured);
  return { kind, ...(definition !== undefined && { definition }), url, media: mediaOf(url), ...sizes };
}

function measures({ Size, Width, Height, Duration }: Measured) {
  return {
    ...(Size && { sizeBytes: Size }),
    ...(Width && { width: Width }),
    ...(Height && { height: Height }),
    ...(Duration && { durationSeconds: Duration }),
  };
}

const MEDIA: readonly [RegExp, OutputRow["media"]][] = [
  [/\.m3u8$/i, "hls"],
  [/\.(mp4|webm|mov|m4v|ts|mkv|flv)$/i, "video"],
  [/\.(mp3|m4a|aac|ogg|flac|wav)$/i, "audio"],
  [/\.(jpe?g|png|gif|webp|bmp)$/i, "image"],
];

function mediaOf(url: string): OutputRow["media"] {
  const [path = ""] = url.split(/[?#]/);
  return MEDIA.find(([pattern]) => pattern.test(path))?.[1] ?? "other";
}

/** A task flow of a file. @returns undefined for a task of another kind */
export function taskRow(detail: DescribeTaskDetailResponse): { fileId: string; task: TaskRow } | undefined {
  const { ProcedureTask } = detail;
  if (!ProcedureTask?.TaskId || !ProcedureTask.FileId) return undefined;
  const { error, results } = reportOf({
    EventType: "ProcedureStateChanged",
    ProcedureStateChangeEvent: ProcedureTask,
  });
  const failed = results.filter(({ state }) => state === "failed");
  const progress = (ProcedureTask.MediaProcessResultSet ?? []).flatMap(progressOf);
  const sum = progress.reduce((total, value) => total + value, 0);
  return {
    fileId: ProcedureTask.FileId,
    task: {
      taskId: ProcedureTask.TaskId,
      status: detail.Status ?? "",
      progress: progress.length === 0 ? 0 : Math.round(sum / progress.length),
      errors: [
        ...(error ? [inWords(error)] : []),
        ...failed.map(({ kind, definition, error }) => `${kind} ${definition ?? ""}: ${inWords(error)}`),
      ],
    },
  };
}

function inWords({ code, codeExt, message }: NonNullable<EventReport["error"]> = {}): string {
  return [codeExt ?? code, message].filter(Boolean).join(": ");
}

/** Of an item's task, which is the one member that is an object. */
function progressOf(item: object): number[] {
  return Object.values(item).flatMap((task: unknown) => {
    if (!isJsonObject(task)) return [];
    const { Status, Progress } = task;
    return Status === "SUCCESS" || Status === "FAIL" ? 100 : Number(Progress) || 0;
  });
}
