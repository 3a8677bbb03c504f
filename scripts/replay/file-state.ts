import type { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import type {
  MediaInfo,
  TaskSimpleInfo,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { sessionPrefix, type Work } from "../../lib/tencent-cloud/session-id";
import { isMissing } from "../cloud/remote-function";

/** VOD's data of a file, as far as processing needs it. */
export interface FileState {
  /** Absent if VOD no longer has the file. */
  readonly media: MediaInfo | undefined;
  /** The definitions whose outputs exist, or were made by a task flow of ours. */
  readonly made: ReadonlySet<number>;
  /** Whether a running task flow makes outputs of ours, or may make them. */
  readonly onTheWay: boolean;
  /** The SessionIds of our task flows of the last three days. */
  readonly sessions: readonly string[];
  /** A task flow that we did not start, such as one that the file was uploaded with. */
  readonly otherTaskFlow: string | undefined;
}

/** The work that a file still needs, or why it needs none. */
export type Plan =
  | { readonly definitions: readonly number[]; readonly generation: number }
  | { readonly nothing: string; readonly later: boolean };

const MAX_TASKS = 100;

/**
 * Reads a file from VOD: its outputs (DescribeMediaInfos) and its task flows of the last three days (DescribeTasks; the
 * outputs of each of ours by DescribeTaskDetail).
 */
export async function readFileState(vod: Client, fileId: string, work: Work): Promise<FileState> {
  const application = work.subAppId === undefined ? {} : { SubAppId: work.subAppId };
  const { MediaInfoSet } = await vod.DescribeMediaInfos({
    ...application,
    FileIds: [fileId],
    Filters: ["basicInfo", "metaData", "transcodeInfo"],
  });
  const media = MediaInfoSet?.find(({ FileId }) => FileId === fileId);
  const made = new Set(outputsOf(media));
  const sessions: string[] = [];
  let onTheWay = false;
  let otherTaskFlow: string | undefined;
  for (const task of await listTaskFlows(vod, fileId, application)) {
    const isOurs = isOurSession(fileId, task.SessionId);
    if (isOurs) sessions.push(task.SessionId ?? "");
    else otherTaskFlow ??= task.TaskId;
    const isRunning = task.Status === "WAITING" || task.Status === "PROCESSING";
    // What has ended is in the outputs; of ours also what was made and has since been deleted.
    if (!isRunning && !isOurs) continue;
    const results = await readResults(vod, task, application);
    for (const { definition, status } of results) if (status === "SUCCESS") made.add(definition);
    onTheWay ||=
      isRunning &&
      (isOurs ||
        results.length === 0 ||
        results.some(({ definition }) => work.definitions.includes(definition)));
  }
  return { media, made, onTheWay, sessions, otherTaskFlow };
}

/**
 * Plans what to start. The generation goes up only if VOD shows a task flow of ours for the same work, which has ended
 * without these outputs.
 */
export function planProcessing(fileId: string, state: FileState, work: Work): Plan {
  if (!state.media) return { nothing: "the file is no longer in VOD", later: false };
  const definitions = work.definitions.filter((definition) => !state.made.has(definition));
  if (definitions.length === 0) return { nothing: "its outputs were already made", later: false };
  if (state.onTheWay) return { nothing: "a task flow is running", later: true };
  const prefix = sessionPrefix(fileId, { ...work, definitions });
  const used = state.sessions.filter((session) => session.startsWith(prefix));
  const generation = Math.max(-1, ...used.map((session) => Number(session.slice(prefix.length)))) + 1;
  return { definitions, generation };
}

/** The definitions of a file's outputs; 0 is the source itself. */
export function outputsOf(media: MediaInfo | undefined): readonly number[] {
  return (media?.TranscodeInfo?.TranscodeSet ?? []).flatMap(({ Definition }) => Definition || []);
}

function isOurSession(fileId: string, session: string | undefined): boolean {
  const [file, hash = "", generation = "", ...rest] = (session ?? "").split("-");
  return file === fileId && /^[0-9a-f]{12}$/.test(hash) && /^\d+$/.test(generation) && rest.length === 0;
}

async function listTaskFlows(
  vod: Client,
  FileId: string,
  application: { SubAppId?: number },
): Promise<readonly TaskSimpleInfo[]> {
  const found: TaskSimpleInfo[] = [];
  let ScrollToken = "";
  do {
    const page = await vod.DescribeTasks({
      ...application,
      FileId,
      Limit: MAX_TASKS,
      ...(ScrollToken && { ScrollToken }),
    });
    found.push(...(page.TaskSet ?? []));
    ScrollToken = page.ScrollToken ?? "";
  } while (ScrollToken !== "");
  return found.filter(({ TaskType }) => TaskType === "Procedure");
}

async function readResults(vod: Client, { TaskId = "" }: TaskSimpleInfo, application: { SubAppId?: number }) {
  try {
    const { ProcedureTask } = await vod.DescribeTaskDetail({ ...application, TaskId });
    return (ProcedureTask?.MediaProcessResultSet ?? []).flatMap(({ TranscodeTask }) => {
      const definition = TranscodeTask?.Input?.Definition || TranscodeTask?.Output?.Definition;
      return definition ? [{ definition, status: TranscodeTask?.Status }] : [];
    });
  } catch (error) {
    // It has just become older than three days.
    if (isMissing(error)) return [];
    throw error;
  }
}
