import type { MediaProcessTaskResult } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { isJsonObject } from "../json";
import type { Log } from "../log";
import { integer, list, text, texts, type Wire } from "../wire";

type Item = Wire<MediaProcessTaskResult>;
type TaskKey = Exclude<keyof MediaProcessTaskResult, "Type">;

/** What the tasks of all kinds have in common. */
interface Task {
  readonly Status?: unknown;
  readonly ErrCode?: unknown;
  readonly ErrCodeExt?: unknown;
  readonly Message?: unknown;
  readonly Input?: { readonly Definition?: unknown } | null;
  readonly Output?: unknown;
}

interface Kind {
  /** The item's `Type`, whose singular and plural don't follow the key's (FACTS C). */
  readonly type: string;
  readonly urls: (item: Item) => readonly unknown[];
  readonly webVttUrl?: (item: Item) => unknown;
}

/** Where each kind of task has its outputs; one that the SDK adds does not compile until it has its row. */
const KINDS: Readonly<Record<TaskKey, Kind>> = {
  TranscodeTask: {
    type: "Transcode",
    urls: (item) => [item.TranscodeTask?.Output?.Url],
  },
  AnimatedGraphicTask: {
    type: "AnimatedGraphics",
    urls: (item) => [item.AnimatedGraphicTask?.Output?.Url],
  },
  SnapshotByTimeOffsetTask: {
    type: "SnapshotByTimeOffset",
    urls: (item) => list(item.SnapshotByTimeOffsetTask?.Output?.PicInfoSet).map((picture) => picture?.Url),
  },
  SampleSnapshotTask: {
    type: "SampleSnapshot",
    urls: (item) => list(item.SampleSnapshotTask?.Output?.ImageUrlSet),
  },
  ImageSpriteTask: {
    type: "ImageSprites",
    urls: (item) => list(item.ImageSpriteTask?.Output?.ImageUrlSet),
    webVttUrl: (item) => item.ImageSpriteTask?.Output?.WebVttUrl,
  },
  CoverBySnapshotTask: {
    type: "CoverBySnapshot",
    urls: (item) => [item.CoverBySnapshotTask?.Output?.CoverUrl],
  },
  AdaptiveDynamicStreamingTask: {
    type: "AdaptiveDynamicStreaming",
    urls: (item) => [item.AdaptiveDynamicStreamingTask?.Output?.Url],
  },
};

const KEYS = new Map<unknown, TaskKey>();
for (const [key, { type }] of entries(KINDS)) KEYS.set(type, key);

/**
 * Logs one item of a `MediaProcessResultSet`: `Transcode succeeded. FileId: …, Definition: …, Url: …`, or
 * `Transcode failed. …` with the error.
 * @param fileId the file that was processed
 */
export function logMediaProcessResult(item: Item, fileId: string, log: Log): void {
  const key = KEYS.get(item.Type);
  // A line never begins with what the notification says, so that it can't look like another one.
  if (!key) {
    log.line(`A result of unknown type. FileId: ${fileId}, Type: ${text(item.Type) ?? "none"}`);
    return;
  }
  const task: Task | null | undefined = item[key];
  const { type } = KINDS[key];
  if (!isJsonObject(task)) {
    log.line(`${type}: there is no result. FileId: ${fileId}`);
    return;
  }
  const state = stateOf(task);
  const definition = definitionOf(task);
  const head = `${type} ${state}. FileId: ${fileId}${definition ? `, Definition: ${definition}` : ""}`;
  log.list(head, [
    ...(state === "failed" ? errorOf(task) : []),
    ...texts(KINDS[key].urls(item)).map((url) => `Url: ${url}`),
    ...texts([KINDS[key].webVttUrl?.(item)]).map((url) => `WebVttUrl: ${url}`),
  ]);
}

/**
 * `Status` comes first; where an older notification has none, the error codes tell. A task that has not
 * ended (`TasksNotifyMode` Change) keeps its own word.
 */
function stateOf(task: Task): string {
  if (task.Status === "SUCCESS") return "succeeded";
  if (task.Status === "FAIL") return "failed";
  if (text(task.Status)) return `is ${String(task.Status).toLowerCase()}`;
  const errCodeExt = text(task.ErrCodeExt);
  return (errCodeExt && errCodeExt !== "SUCCESS") || integer(task.ErrCode) ? "failed" : "succeeded";
}

/** Older notifications have the template only in the input, or 0 in the output. */
function definitionOf({ Input, Output }: Task): number | undefined {
  const given = [Input?.Definition, isJsonObject(Output) ? Output["Definition"] : undefined];
  return given.map(integer).find((definition) => definition !== undefined && definition > 0);
}

function errorOf({ ErrCode, ErrCodeExt, Message }: Task): string[] {
  return [
    ...(integer(ErrCode) === undefined ? [] : [`ErrCode: ${integer(ErrCode)}`]),
    ...texts([ErrCodeExt]).map((code) => `ErrCodeExt: ${code}`),
    ...texts([Message]).map((message) => `Message: ${message}`),
  ];
}

function entries(kinds: Readonly<Record<TaskKey, Kind>>): [TaskKey, Kind][] {
  return Object.entries(kinds) as [TaskKey, Kind][];
}
