import type { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import type {
  DescribeTaskDetailResponse,
  DescribeTasksRequest,
  MediaInfo,
  TaskSimpleInfo,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { sessionPrefix, type Work } from "../../lib/tencent-cloud/session-id";
import type { Application } from "../cloud/deployed-config";
import { isMissing } from "../cloud/remote-function";
import {
  type ItemResult,
  itemsOf,
  itemsShown,
  resultsOf,
  type WorkItem,
  workLeft,
} from "../cloud/work-items";

/** VOD's data of a file, as far as processing needs it. */
export interface FileState {
  /** Absent if VOD does not have the file. */
  readonly media: MediaInfo | undefined;
  /** The outputs that exist, or were made by a task flow of ours. */
  readonly made: ReadonlySet<WorkItem>;
  /** What each running task flow makes; nothing if that is ours, or not shown. */
  readonly running: readonly (readonly WorkItem[])[];
  /** Our task flows of the last three days. */
  readonly flows: readonly OwnFlow[];
  /** A task flow that we did not start, such as one that the file was uploaded with. */
  readonly otherTaskFlow: string | undefined;
  /** Whether VOD shows that the file was pulled from a URL; it does for three days. */
  readonly wasPulled: boolean;
}

interface OwnFlow {
  readonly session: string;
  /** WAITING, PROCESSING or FINISH. */
  readonly status: string;
  /** The parts that failed. */
  readonly failures: readonly ItemResult[];
}

/** The work that a file still needs, or why it needs none. */
export type Plan = { readonly work: Work; readonly generation: number } | NothingToDo;

interface NothingToDo {
  readonly nothing: string;
  /** Whether that may change by itself. */
  readonly later: boolean;
  /** The work is not done, and only the user can decide to start it: it failed, or VOD does not have the file. */
  readonly open?: "failed" | "absent";
}

const MAX_TASKS = 100;
/** VOD's words for a task that fails each time: the file itself is wrong. */
const LASTING = /^(SourceFileError|InvalidInput)/;

/** A task of a file, and what became of its parts. */
export interface FileTask {
  readonly task: TaskSimpleInfo;
  results(): Promise<readonly ItemResult[]>;
}

/**
 * Reads a file from VOD: its outputs (DescribeMediaInfos) and its task flows of the last three days (DescribeTasks; the
 * outputs of each of ours by DescribeTaskDetail). To look at many files, `scanFiles` needs fewer calls.
 */
export async function readFileState(
  vod: Client,
  fileId: string,
  application: Application,
): Promise<FileState> {
  const { MediaInfoSet } = await vod.DescribeMediaInfos({ ...application, FileIds: [fileId] });
  const media = MediaInfoSet?.find(({ FileId }) => FileId === fileId);
  const tasks = await listTasks(vod, { ...application, FileId: fileId });
  return stateOf(
    fileId,
    media,
    tasks.map((task) => ({ task, results: () => readResults(vod, task, application) })),
  );
}

/** What VOD shows of a file, put together. */
export async function stateOf(
  fileId: string,
  media: MediaInfo | undefined,
  tasks: readonly FileTask[],
): Promise<FileState> {
  const made = new Set(itemsShown(media));
  const flows: OwnFlow[] = [];
  const running: (readonly WorkItem[])[] = [];
  let otherTaskFlow: string | undefined;
  for (const { task, results: read } of tasks.filter(({ task }) => task.TaskType === "Procedure")) {
    const isOurs = ownFileOf(task.SessionId) === fileId;
    if (!isOurs) otherTaskFlow ??= task.TaskId;
    const isRunning = task.Status === "WAITING" || task.Status === "PROCESSING";
    // What has ended is in the outputs; of ours also what was made and has since been deleted.
    if (!isRunning && !isOurs) continue;
    const results = await read();
    const failures = results.filter(({ status }) => status === "FAIL");
    if (isOurs) flows.push({ session: task.SessionId ?? "", status: task.Status ?? "", failures });
    for (const { item, status } of results) if (status === "SUCCESS") made.add(item);
    if (isRunning) running.push(isOurs ? [] : results.map(({ item }) => item));
  }
  const wasPulled = tasks.some(({ task }) => task.TaskType === "PullUpload");
  return { media, made, running, flows, otherTaskFlow, wasPulled };
}

/**
 * Plans what to start. The generation goes up only if VOD shows a task flow of ours for the same work, which has ended
 * without these outputs for a reason that can pass; and once only. What VOD cannot show counts as made.
 * @param again starts it whatever came of earlier tries
 */
export function planProcessing(fileId: string, state: FileState, work: Work, again = false): Plan {
  if (!state.media) return NOT_IN_VOD;
  const left = workLeft(work, state.made);
  if (!left) return { nothing: "its outputs were already made", later: false };
  const wanted = itemsOf(left);
  const onTheWay = (items: readonly WorkItem[]) =>
    items.length === 0 || wanted === undefined || items.some((item) => wanted.includes(item));
  if (state.running.some(onTheWay)) return { nothing: "a task flow is running", later: true };
  const prefix = sessionPrefix(fileId, left);
  const used = state.flows.filter(({ session }) => session.startsWith(prefix));
  const generation = Math.max(-1, ...used.map(({ session }) => Number(session.slice(prefix.length)))) + 1;
  if (again) return { work: left, generation };
  const failed = state.flows.flatMap(({ failures }) =>
    failures.filter(({ item }) => wanted === undefined || wanted.includes(item)),
  );
  if (work.procedure !== undefined && failed.length === 0 && (used.length > 0 || state.made.size > 0))
    return { nothing: "its task flow was already run, or VOD shows other outputs", later: false };
  const lasting = failed.find(({ error = "" }) => LASTING.test(error));
  if (lasting) return { nothing: `it failed: ${lasting.error}`, later: false, open: "failed" };
  const twice = failed.find(({ item }, index) => failed.findIndex((one) => one.item === item) < index);
  if (twice) return { nothing: `it failed twice: ${twice.error}`, later: false, open: "failed" };
  return { work: left, generation };
}

/** VOD answers so for a wrong application too, so the upload is not done. */
const NOT_IN_VOD: NothingToDo = {
  nothing:
    "VOD does not have the file in this application: SUBAPPID is wrong, another application posts to this address, " +
    "or the file was deleted",
  later: false,
  open: "absent",
};

/** The file of a task flow of ours; undefined for the SessionIds of others. */
export function ownFileOf(session: string | undefined): string | undefined {
  const [file, hash = "", generation = "", ...rest] = (session ?? "").split("-");
  return /^[0-9a-f]{12}$/.test(hash) && /^\d+$/.test(generation) && rest.length === 0 ? file : undefined;
}

/** All tasks that DescribeTasks lists for a request. */
export async function listTasks(
  vod: Pick<Client, "DescribeTasks">,
  request: DescribeTasksRequest,
): Promise<readonly TaskSimpleInfo[]> {
  const found: TaskSimpleInfo[] = [];
  let ScrollToken = "";
  do {
    const page = await vod.DescribeTasks({
      ...request,
      Limit: MAX_TASKS,
      ...(ScrollToken && { ScrollToken }),
    });
    found.push(...(page.TaskSet ?? []));
    ScrollToken = page.ScrollToken ?? "";
  } while (ScrollToken !== "");
  return found;
}

async function readResults(
  vod: Client,
  { TaskId = "" }: TaskSimpleInfo,
  application: Application,
): Promise<ItemResult[]> {
  return resultsOf((await readTask(vod, TaskId, application))?.ProcedureTask?.MediaProcessResultSet);
}

/** @returns undefined if it has just become older than three days */
export async function readTask(
  vod: Pick<Client, "DescribeTaskDetail">,
  TaskId: string,
  application: Application,
): Promise<DescribeTaskDetailResponse | undefined> {
  try {
    return await vod.DescribeTaskDetail({ ...application, TaskId });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
