import type { MediaInfo } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { type Clock, systemClock } from "../../lib/clock";
import type { Config, Environment } from "../../lib/config";
import { reasonToSkip } from "../../lib/handlers/processing-rules";
import { explain } from "../cloud/explain";
import { parseDuration } from "../cloud/function-log";
import { readTarget } from "../cloud/target";
import { deployedSince } from "../replay/deployed-since";
import { uploadEvent } from "../replay/fetch-event";
import { type FileState, outputsOf, planProcessing, readFileState } from "../replay/file-state";
import { openReplayContext, type ReplayContext } from "../replay/replay-context";
import { replayEvent } from "../replay/replay-event";
import { print } from "../terminal/output";

export interface ReconcileOptions {
  /** How old the files may be that are looked at, such as 2h. */
  readonly since: string;
  /** The maximum number of files to list and to start. */
  readonly limit: number;
  /** Starts the listed files. */
  readonly yes?: boolean;
}

const PAGE = 100;
/** The most that SearchMedia returns over all its pages. */
const MAX_RESULTS = 5000;
/** The source type (MediaSourceData) of files that processing created; reconcile never lists them. */
const MADE_BY_PROCESSING = "VideoProcessing";

/**
 * Lists the files uploaded since the functions were deployed that pass the upload filters, have none of the
 * configured outputs and no running task flow. With `yes` it starts them.
 * @returns whether nothing failed and nothing is left to start
 * @throws if nothing is deployed
 */
export async function reconcile(
  environment: Environment,
  { since, limit, yes }: ReconcileOptions,
  clock: Clock = systemClock,
): Promise<boolean> {
  const sinceMs = parseDuration(since);
  const context = await openReplayContext(readTarget(environment), clock);
  const now = clock.now();
  const after = Math.max(now - sinceMs, deployedSince(context.functions, now));
  print(`Checking files uploaded since ${isoTime(after)}.`);
  let listed = 0;
  let failed = 0;
  let isCut = false;
  for await (const media of search(context, after, now)) {
    if (listed >= limit) {
      print(`There may be more than ${limit} files. Raise --limit, or run this again when these are done.`);
      isCut = true;
      break;
    }
    const fileId = media.FileId ?? "";
    const state = await readFileState(context.account.vod, fileId, context.config);
    if (!isMissing(fileId, state, context.config)) continue;
    listed += 1;
    print(`${fileId} ${media.BasicInfo?.CreateTime ?? ""} ${media.BasicInfo?.Name ?? ""}`);
    const error = yes && (await start(fileId, state, context, clock));
    if (!error) continue;
    failed += 1;
    print(`${fileId}: failed: ${error}`);
  }
  print(`${listed} without outputs${yes ? `, ${listed - failed} started` : ""}.`);
  if (listed > 0 && !yes) print("Nothing was started. Starting them costs money. To start them, pass --yes.");
  return failed === 0 && !isCut && (listed === 0 || yes === true);
}

/** The files of a period by creation time, without those that already have a configured output. */
async function* search(
  { account, config }: ReplayContext,
  after: number,
  before: number,
): AsyncGenerator<MediaInfo> {
  const sources = config.sourceTypes ?? ["Upload"];
  for (let Offset = 0; Offset < MAX_RESULTS; Offset += PAGE) {
    const { MediaInfoSet = [] } = await account.vod.SearchMedia({
      CreateTime: { After: isoTime(after), Before: isoTime(before) },
      Categories: ["Video", "Audio"],
      SourceTypes: sources.filter((type) => type !== MADE_BY_PROCESSING),
      Sort: { Field: "CreateTime", Order: "Asc" },
      Filters: ["basicInfo", "transcodeInfo"],
      Offset,
      Limit: PAGE,
      ...(config.subAppId !== undefined && { SubAppId: config.subAppId }),
    });
    for (const media of MediaInfoSet) {
      if (media.BasicInfo?.SourceInfo?.SourceType === MADE_BY_PROCESSING) continue;
      if (!outputsOf(media).some((definition) => config.definitions.includes(definition))) yield media;
    }
    if (MediaInfoSet.length < PAGE) return;
  }
  print(`VOD lists at most ${MAX_RESULTS} files. To check newer ones, pass a shorter --since.`);
}

function isMissing(fileId: string, state: FileState, config: Config): boolean {
  const { BasicInfo } = state.media ?? {};
  const traits = {
    SourceType: BasicInfo?.SourceInfo?.SourceType,
    Type: BasicInfo?.Type,
    ProcedureTaskId: state.otherTaskFlow,
  };
  if (reasonToSkip(config, traits) !== undefined) return false;
  if (config.definitions.some((definition) => state.made.has(definition))) return false;
  return "definitions" in planProcessing(fileId, state, config);
}

/** @returns why it failed */
async function start(
  fileId: string,
  state: FileState,
  context: ReplayContext,
  clock: Clock,
): Promise<string | undefined> {
  try {
    return await replayEvent(uploadEvent(fileId, state), context, clock);
  } catch (error) {
    return explain(error).replaceAll("\n", " ");
  }
}

function isoTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
