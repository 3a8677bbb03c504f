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
  const { MediaUrl: url = "", Category: category = "", Type: type = "", CoverUrl } = BasicInfo;
  return {
    ...{ fileId: FileId, name: BasicInfo.Name ?? "", type, category },
    timeMs: Date.parse(BasicInfo.CreateTime ?? "") || 0,
    source: { kind: "Source", url, media: SOURCES[category] ?? mediaOf(url), ...measures(MetaData ?? {}) },
    coverUrl: CoverUrl || undefined,
    outputs: outputsOf(info),
  };
}

const SOURCES: Readonly<Record<string, OutputRow["media"]>> = {
  Video: "video",
  Audio: "audio",
  Image: "image",
};

/** What the items of all sets have in common. */
interface Made {
  readonly Definition?: number;
  readonly Url?: string;
  readonly ImageUrlSet?: string[];
  readonly PicInfoSet?: { readonly Url?: string }[];
  readonly Size?: number;
  readonly Width?: number;
  readonly Height?: number;
}

function outputsOf(info: MediaInfo): OutputRow[] {
  const sets: readonly (readonly [kind: string, set: readonly Made[] | undefined])[] = [
    // Definition 0 is the source.
    ["Transcode", info.TranscodeInfo?.TranscodeSet?.filter(({ Definition }) => Definition !== 0)],
    ["AdaptiveDynamicStreaming", info.AdaptiveDynamicStreamingInfo?.AdaptiveDynamicStreamingSet],
    ["AnimatedGraphics", info.AnimatedGraphicsInfo?.AnimatedGraphicsSet],
    ["SampleSnapshot", info.SampleSnapshotInfo?.SampleSnapshotSet],
    ["SnapshotByTimeOffset", info.SnapshotByTimeOffsetInfo?.SnapshotByTimeOffsetSet],
    ["ImageSprite", info.ImageSpriteInfo?.ImageSpriteSet],
    ["Cover", [{ ...(info.BasicInfo?.CoverUrl && { Url: info.BasicInfo.CoverUrl }) }]],
  ];
  return sets.flatMap(([kind, set]) => (set ?? []).flatMap((made) => rowsOf(kind, made)));
}

function rowsOf(kind: string, made: Made): OutputRow[] {
  const { Definition: definition, Url, ImageUrlSet, PicInfoSet } = made;
  const urls = [Url, ...(ImageUrlSet ?? []), ...(PicInfoSet ?? []).map((picture) => picture.Url)];
  return urls.flatMap((url) =>
    url ? [{ kind, definition, url, media: mediaOf(url), ...measures(made) }] : [],
  );
}

/** VOD reports 0 or null for what it does not know. */
function measures({ Size, Width, Height }: Pick<Made, "Size" | "Width" | "Height">) {
  return { sizeBytes: Size || undefined, width: Width || undefined, height: Height || undefined };
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
