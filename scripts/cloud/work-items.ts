import type {
  MediaInfo,
  MediaProcessTaskResult,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { isJsonObject } from "../../lib/json";
import type { Work } from "../../lib/tencent-cloud/session-id";

/** One output that work asks for: a kind of task and its template, such as `Transcode 100010`. */
export type WorkItem = string;

const COVER = "CoverBySnapshot";

/** The outputs that work asks for; undefined for a task flow of VOD's, whose content it does not show. */
export function itemsOf({ definitions, procedure, mediaProcessTask }: Work): readonly WorkItem[] | undefined {
  if (procedure !== undefined) return undefined;
  if (definitions) return definitions.map((definition) => `Transcode ${definition}`);
  return Object.entries(mediaProcessTask ?? {}).flatMap(([set, items]) =>
    (Array.isArray(items) ? items : []).map((item: unknown) => itemOf(set, item)),
  );
}

function itemOf(set: string, item: unknown): WorkItem {
  return `${set.replace(/TaskSet$/, "")} ${isJsonObject(item) ? (item["Definition"] ?? 0) : 0}`;
}

/** The same work without outputs that exist; undefined if nothing is left. */
export function workLeft(work: Work, made: ReadonlySet<WorkItem>): Work | undefined {
  const isLeft = (item: WorkItem) => !made.has(item) && !(item.startsWith(COVER) && made.has(COVER));
  const { definitions, mediaProcessTask } = work;
  if (definitions) {
    const left = definitions.filter((definition) => isLeft(`Transcode ${definition}`));
    return left.length > 0 ? { ...work, definitions: left } : undefined;
  }
  if (!mediaProcessTask) return work;
  const sets = Object.entries(mediaProcessTask).map(([set, items]): [string, unknown] => [
    set,
    Array.isArray(items) ? items.filter((item: unknown) => isLeft(itemOf(set, item))) : items,
  ]);
  const left = sets.filter(([, items]) => !Array.isArray(items) || items.length > 0);
  return left.length > 0 ? { ...work, mediaProcessTask: Object.fromEntries(left) } : undefined;
}

/** An output that VOD shows. */
export interface ShownOutput {
  readonly item: WorkItem;
  readonly url: string;
}

interface TemplateOutput {
  readonly Definition?: number | undefined;
  readonly Url?: string;
  readonly ImageUrlSet?: string[];
}

/** The outputs that VOD shows of a file; a cover is shown without its template. */
export function outputsShown(media: MediaInfo | undefined): ShownOutput[] {
  const named = (kind: string, set: readonly TemplateOutput[] = []) =>
    // Definition 0 is the source.
    set.flatMap(({ Definition, Url, ImageUrlSet }) =>
      Definition ? [{ item: `${kind} ${Definition}`, url: Url ?? ImageUrlSet?.join(" ") ?? "" }] : [],
    );
  const cover = media?.BasicInfo?.CoverUrl;
  const adaptive = media?.AdaptiveDynamicStreamingInfo?.AdaptiveDynamicStreamingSet;
  const timed = media?.SnapshotByTimeOffsetInfo?.SnapshotByTimeOffsetSet?.map(
    ({ Definition, PicInfoSet }) => ({
      Definition,
      ImageUrlSet: (PicInfoSet ?? []).flatMap(({ Url }) => Url ?? []),
    }),
  );
  return [
    ...named("Transcode", media?.TranscodeInfo?.TranscodeSet),
    ...named("AdaptiveDynamicStreaming", adaptive),
    ...named("AnimatedGraphic", media?.AnimatedGraphicsInfo?.AnimatedGraphicsSet),
    ...named("SampleSnapshot", media?.SampleSnapshotInfo?.SampleSnapshotSet),
    ...named("SnapshotByTimeOffset", timed),
    ...named("ImageSprite", media?.ImageSpriteInfo?.ImageSpriteSet),
    ...(cover ? [{ item: COVER, url: cover }] : []),
  ];
}

/** The work items that VOD shows to be made. */
export function itemsShown(media: MediaInfo | undefined): WorkItem[] {
  return outputsShown(media).map(({ item }) => item);
}

/** A part of a task flow. */
export interface ItemResult {
  readonly item: WorkItem;
  readonly status: string | undefined;
  /** Why it failed, such as `SourceFileError: …`. */
  readonly error: string | undefined;
}

/** The results of a task flow, by the work items that they are for. */
export function resultsOf(results: readonly MediaProcessTaskResult[] | undefined): ItemResult[] {
  return (results ?? []).flatMap(({ Type: _type, ...members }) =>
    Object.entries(members).flatMap(([key, task]: [string, unknown]) => {
      if (!isJsonObject(task)) return [];
      const { Input, Output, Status, ErrCodeExt, Message } = task;
      const definitionIn = (part: unknown) => (isJsonObject(part) ? Number(part["Definition"]) || 0 : 0);
      const error = Status === "FAIL" ? [ErrCodeExt, Message].filter(Boolean).join(": ") : undefined;
      return {
        item: `${key.replace(/Task$/, "")} ${definitionIn(Input) || definitionIn(Output)}`,
        status: typeof Status === "string" ? Status : undefined,
        error,
      };
    }),
  );
}
