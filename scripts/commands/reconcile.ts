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
  /** How far back files were made that are looked at, such as 2h. */
  readonly since: string;
  /** The most files to list, and to start. */
  readonly limit: number;
  /** Starts what is listed. */
  readonly yes?: boolean;
}

const PAGE = 100;
/** What SearchMedia gives in all. */
const MAX_RESULTS = 5000;
/** What processing made has a source type of its own (MediaSourceData), which no filter can ask for here. */
const MADE_BY_PROCESSING = "VideoProcessing";

/**
 * Lists the files that were uploaded since the functions are there, pass the filters of uploads, have none of
 * the configured outputs, and have no task flow on the way; with `yes` it starts them.
 * @returns whether none failed
 * @throws where nothing is deployed
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
  print(`Looking at what was uploaded since ${isoTime(after)}.`);
  let listed = 0;
  let failed = 0;
  for await (const media of search(context, after, now)) {
    if (listed >= limit) {
      print(`There may be more than ${limit}: say --limit, or run this again when these are done.`);
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
  if (listed > 0 && !yes) print("Nothing was started. To start them, which costs: say --yes");
  return failed === 0;
}

/** The files of a time in the order of their making, but those that have an output of ours already. */
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
  print(`VOD tells of ${MAX_RESULTS} files at most. To look at those after them, say a shorter --since.`);
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
