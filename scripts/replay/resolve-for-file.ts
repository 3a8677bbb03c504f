import type { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import type { Config } from "../../lib/config";
import { resolveWork } from "../../lib/handlers/resolve-work";
import type { Work } from "../../lib/tencent-cloud/session-id";
import { type FileState, type Plan, planProcessing, readFileState } from "./file-state";

/** What a file is to start by the configuration, and what of that is left; or why the configuration starts nothing. */
export type FilePlan = { readonly state: FileState } & (
  | { readonly wanted: Work; readonly plan: Plan }
  | { readonly reason: string }
);

/** Reads a file from VOD and decides as the functions do. */
export async function resolveForFile(vod: Client, fileId: string, config: Config): Promise<FilePlan> {
  const { subAppId } = config;
  const application = subAppId === undefined ? {} : { SubAppId: subAppId };
  return planFor(fileId, await readFileState(vod, fileId, application), config);
}

/** Decides for a file that was read. */
export function planFor(fileId: string, state: FileState, config: Config): FilePlan {
  const { media, otherTaskFlow } = state;
  const { subAppId } = config;
  const traits = { info: media?.BasicInfo, metaData: media?.MetaData, taskFlow: otherTaskFlow };
  // Of a file that VOD does not have, nothing is known that a filter could look at.
  const resolved = media ? resolveWork(config, traits) : { work: config.work ?? {} };
  if ("reason" in resolved) return { state, reason: resolved.reason };
  const wanted = { ...resolved.work, ...(subAppId !== undefined && { subAppId }) };
  return { state, wanted, plan: planProcessing(fileId, state, wanted) };
}
