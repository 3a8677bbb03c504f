import type { MediaInfo } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import type { Clock } from "../../lib/clock";
import type { Config } from "../../lib/config";
import { resolveWork } from "../../lib/handlers/resolve-work";
import { describeWork } from "../../lib/handlers/start-request";
import { itemsOf, itemsShown } from "../cloud/work-items";
import type { FileState } from "./file-state";
import { planFor } from "./resolve-for-file";
import { type ScanContext, scanFiles, TASKS_SHOWN_MS } from "./scan";

/** A file that lacks what the configuration starts for it. */
export interface MissingFile {
  readonly fileId: string;
  readonly state: FileState;
  /** Its creation and its name. */
  readonly name: string;
  /** What it would start; or why it is not started. */
  readonly work?: string;
  readonly apart?: string;
}

/** The source type (MediaSourceData) of files that processing created; they are never listed. */
const MADE_BY_PROCESSING = "VideoProcessing";

/**
 * Finds the files of a period, by their creation, for which the configuration starts something, and that have none of
 * those outputs and no running task flow.
 * @param includePulled whether files of which VOD does not show how they came count as uploads
 */
export async function* findMissing(
  { account, config }: ScanContext,
  { after, before, includePulled }: { after: number; before: number; includePulled: boolean },
  clock: Clock,
): AsyncGenerator<MissingFile> {
  const sources = (config.sourceTypes ?? ["Upload"]).filter((type) => type !== MADE_BY_PROCESSING);
  const range = { after, before, sources, categories: config.categories };
  for await (const { fileId, media, state: read } of scanFiles({ account, config }, range, clock)) {
    if (media.BasicInfo?.SourceInfo?.SourceType === MADE_BY_PROCESSING || isMade(media, config)) continue;
    const state = await read();
    const found = planFor(fileId, state, config);
    if ("reason" in found) continue;
    const { plan } = found;
    const name = `${media.BasicInfo?.CreateTime ?? ""} ${media.BasicInfo?.Name ?? ""}`;
    if ("nothing" in plan) {
      if (!plan.open) continue;
      const apart = `${plan.nothing}. To start it all the same: ./vod-receiver replay --again ${fileId}`;
      yield { fileId, state, name, apart };
      continue;
    }
    const origin = originOf(media, state, config, clock.now());
    if (origin === "other") continue;
    if (origin === "unknown" && !includePulled) {
      const apart =
        "VOD does not show whether it was uploaded or pulled from a URL. Pass --include-pulled to start it.";
      yield { fileId, state, name, apart };
    } else yield { fileId, state, name, work: describeWork(plan.work) };
  }
}

/** Whether the configuration starts nothing for a file, or VOD shows an output of it: that takes no further call. */
function isMade(media: MediaInfo, config: Config): boolean {
  const resolved = resolveWork(config, { info: media.BasicInfo, metaData: media.MetaData });
  if ("reason" in resolved) return true;
  const shown = itemsShown(media);
  return itemsOf(resolved.work)?.some((item) => shown.includes(item)) ?? false;
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
