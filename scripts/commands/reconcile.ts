import type { MediaInfo } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { type Clock, systemClock } from "../../lib/clock";
import type { Config, Environment } from "../../lib/config";
import { resolveWork } from "../../lib/handlers/resolve-work";
import { describeWork } from "../../lib/handlers/start-request";
import { explain } from "../cloud/explain";
import { parseDuration } from "../cloud/function-log";
import { readTarget } from "../cloud/target";
import { itemsOf, itemsShown } from "../cloud/work-items";
import { deployedSince } from "../replay/deployed-since";
import { uploadEvent } from "../replay/fetch-event";
import type { FileState } from "../replay/file-state";
import { openReplayContext, type ReplayContext, refuseOtherConfig } from "../replay/replay-context";
import { replayEvent } from "../replay/replay-event";
import { resolveForFile } from "../replay/resolve-for-file";
import { print } from "../terminal/output";

export interface ReconcileOptions {
  /** How old the files may be that are looked at, such as 2h; since the last deployment by default. */
  readonly since?: string;
  /** The maximum number of files to list and to start. */
  readonly limit: number;
  /** Starts the listed files. */
  readonly yes?: boolean;
  /** Also starts files of which VOD does not show whether they were uploaded or pulled from a URL. */
  readonly includePulled?: boolean;
}

const PAGE = 100;
/** The most that SearchMedia returns over all its pages. */
const MAX_RESULTS = 5000;
/** The source type (MediaSourceData) of files that processing created; reconcile never lists them. */
const MADE_BY_PROCESSING = "VideoProcessing";
/** How long VOD shows a task that pulled a file (docs/tencent-protocols.md#sessionid). */
const TASKS_SHOWN_MS = 3 * 24 * 3_600_000;

/** A file that lacks its outputs. */
interface Listed {
  readonly fileId: string;
  readonly state: FileState;
  /** What it would start. */
  readonly work: string;
}

/**
 * Lists the files that came since the last deployment for which the configuration starts something, and that have none
 * of those outputs and no running task flow. Files whose task flow failed for good, and those of which VOD does not
 * show how they came, are listed apart. With `yes` it starts the others.
 * @returns whether nothing failed and nothing is left to start or to decide
 * @throws if nothing is deployed
 */
export async function reconcile(
  environment: Environment,
  { since, limit, yes, includePulled = false }: ReconcileOptions,
  clock: Clock = systemClock,
): Promise<boolean> {
  const sinceMs = since === undefined ? undefined : parseDuration(since);
  const context = await openReplayContext(readTarget(environment), clock);
  refuseOtherConfig(context);
  const now = clock.now();
  const { createdMs, deployedMs } = deployedSince(context.functions, now);
  const after = sinceMs === undefined ? deployedMs : Math.max(now - sinceMs, createdMs);
  print(`Checking files that came since ${isoTime(after)}.`);
  const missing: Listed[] = [];
  let apart = 0;
  let isCut = false;
  for await (const media of search(context, after, now)) {
    if (missing.length >= limit) {
      print(`There may be more than ${limit} files. Raise --limit, or run this again when these are done.`);
      isCut = true;
      break;
    }
    const fileId = media.FileId ?? "";
    const found = await resolveForFile(context.account.vod, fileId, context.config);
    if ("reason" in found) continue;
    const { state, plan } = found;
    const line = `${fileId} ${media.BasicInfo?.CreateTime ?? ""} ${media.BasicInfo?.Name ?? ""}`;
    if ("nothing" in plan) {
      if (!plan.open) continue;
      apart += 1;
      print(line, `  ${plan.nothing}. To start it all the same: ./vod-receiver replay --again ${fileId}`);
      continue;
    }
    const origin = originOf(media, state, context.config, now);
    if (origin === "other") continue;
    if (origin === "unknown" && !includePulled) {
      apart += 1;
      print(
        line,
        "  VOD does not show whether it was uploaded or pulled from a URL. Pass --include-pulled to start it.",
      );
      continue;
    }
    const work = describeWork(plan.work);
    print(`${line} ${work}`);
    missing.push({ fileId, state, work });
  }
  printCounts(missing, apart);
  if (missing.length > 0 && !yes)
    print("Nothing was started. Starting them costs money. To start them, pass --yes.");
  const failed = yes ? await startAll(missing, context, clock) : 0;
  return failed === 0 && !isCut && apart === 0 && (missing.length === 0 || yes === true);
}

function printCounts(missing: readonly Listed[], apart: number): void {
  print(`${missing.length} without outputs.`);
  const kinds = new Map<string, number>();
  for (const { work } of missing) kinds.set(work, (kinds.get(work) ?? 0) + 1);
  for (const [work, count] of kinds) print(`  ${count} × ${work}`);
  if (apart > 0) print(`${apart} listed apart: they are not started.`);
}

async function startAll(missing: readonly Listed[], context: ReplayContext, clock: Clock): Promise<number> {
  let failed = 0;
  for (const { fileId, state } of missing) {
    const error = await start(fileId, state, context, clock);
    if (!error) continue;
    failed += 1;
    print(`${fileId}: failed: ${error}`);
  }
  print(`${missing.length - failed} started.`);
  return failed;
}

/** Whether events of the kind by which a file came start it; for three days VOD shows the task of a pull. */
function originOf(
  { BasicInfo }: MediaInfo,
  { wasPulled }: FileState,
  { events }: Config,
  now: number,
): "ours" | "other" | "unknown" {
  const starts = (eventType: string) => events.includes(eventType);
  if (starts("NewFileUpload") && starts("PullComplete")) return "ours";
  if (wasPulled) return starts("PullComplete") ? "ours" : "other";
  const isOld = now - Date.parse(BasicInfo?.CreateTime ?? "") >= TASKS_SHOWN_MS;
  if (isOld) return "unknown";
  return starts("NewFileUpload") ? "ours" : "other";
}

/** The files of a period by creation time, without those that show an output that the configuration starts. */
async function* search(
  { account, config }: ReplayContext,
  after: number,
  before: number,
): AsyncGenerator<MediaInfo> {
  const sources = config.sourceTypes ?? ["Upload"];
  for (let Offset = 0; Offset < MAX_RESULTS; Offset += PAGE) {
    const { MediaInfoSet = [] } = await account.vod.SearchMedia({
      CreateTime: { After: isoTime(after), Before: isoTime(before) },
      Categories: [...config.categories],
      SourceTypes: sources.filter((type) => type !== MADE_BY_PROCESSING),
      Sort: { Field: "CreateTime", Order: "Asc" },
      Filters: ["basicInfo", "metaData", "transcodeInfo"],
      Offset,
      Limit: PAGE,
      ...(config.subAppId !== undefined && { SubAppId: config.subAppId }),
    });
    for (const media of MediaInfoSet) {
      if (media.BasicInfo?.SourceInfo?.SourceType === MADE_BY_PROCESSING) continue;
      const resolved = resolveWork(config, { info: media.BasicInfo, metaData: media.MetaData });
      if ("reason" in resolved) continue;
      const shown = itemsShown(media);
      if (!itemsOf(resolved.work)?.some((item) => shown.includes(item))) yield media;
    }
    if (MediaInfoSet.length < PAGE) return;
  }
  print(`VOD lists at most ${MAX_RESULTS} files. To check newer ones, pass a shorter --since.`);
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
