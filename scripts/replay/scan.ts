import type { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import type {
  MediaInfo,
  SearchMediaRequest,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import type { Clock } from "../../lib/clock";
import type { Config } from "../../lib/config";
import { createRateLimiter } from "../../lib/reliable/rate-limiter";
import type { Account } from "../cloud/account";
import type { Application } from "../cloud/deployed-config";
import { resultsOf } from "../cloud/work-items";
import { openStatusLine, printError } from "../terminal/output";
import { type FileState, type FileTask, listTasks, ownFileOf, readTask, stateOf } from "./file-state";

/** A file, and what VOD shows of it; its tasks are read when they are asked for. */
export interface ScannedFile {
  readonly fileId: string;
  readonly media: MediaInfo;
  state(): Promise<FileState>;
}

const PAGE = 100;
/** SearchMedia returns no more over all its pages (docs/tencent-protocols.md#searching-media). */
const MAX_RESULTS = 5000;
const SECOND_MS = 1000;
/** How long VOD shows a task. */
export const TASKS_SHOWN_MS = 3 * 24 * 3_600_000;
/** How often progress is printed to a file; a terminal's line is replaced each time. */
const PLAIN_FILES = 1000;

/** What a scan needs. */
export interface ScanContext {
  readonly account: Pick<Account, "vod">;
  readonly config: Config;
}

/** Which files are looked at. */
export interface ScanRange {
  /** Milliseconds since 1970, both included. */
  readonly after: number;
  readonly before: number;
  /** All of them, if there are none. */
  readonly sources: readonly string[];
  readonly categories: readonly string[];
}

/**
 * Reads the files of a period by their creation: SearchMedia in windows that hold fewer than 5 000, 100 files a call; and
 * their tasks of the last three days, 100 a call. A task that is not of ours takes one call more, because only its
 * detail names its file. All calls stay within `calls_per_second`.
 */
export async function* scanFiles(
  { account, config }: ScanContext,
  range: ScanRange,
  clock: Clock,
): AsyncGenerator<ScannedFile> {
  const vod = limited(account.vod, config, clock);
  const application = config.subAppId === undefined ? {} : { SubAppId: config.subAppId };
  let index: Promise<TaskIndex> | undefined;
  const tasksFrom = Math.max(range.after, clock.now() - TASKS_SHOWN_MS);
  const status = openStatusLine();
  let read = 0;
  try {
    for await (const media of search(vod, range, application)) {
      const fileId = media.FileId ?? "";
      read += 1;
      if (status.isTerminal ? read % PAGE === 0 : read % PLAIN_FILES === 0)
        status.show(`Read ${read} files from VOD, up to ${media.BasicInfo?.CreateTime ?? ""}`);
      const state = async () => {
        index ??= readTasks(vod, tasksFrom, application);
        return stateOf(fileId, media, (await index).get(fileId) ?? []);
      };
      yield { fileId, media, state };
    }
  } finally {
    status.clear();
  }
}

type Calls = Pick<Client, "SearchMedia" | "DescribeTasks" | "DescribeTaskDetail">;

function limited(vod: Client, { callsPerSecond }: Config, clock: Clock): Calls {
  const limiter = createRateLimiter(callsPerSecond, clock);
  return {
    SearchMedia: (request) => limiter.run(() => vod.SearchMedia(request)),
    DescribeTasks: (request) => limiter.run(() => vod.DescribeTasks(request)),
    DescribeTaskDetail: (request) => limiter.run(() => vod.DescribeTaskDetail(request)),
  };
}

/** Windows that hold too many files are halved, down to one second; what that second has beyond is not returned. */
async function* search(vod: Calls, range: ScanRange, application: Application): AsyncGenerator<MediaInfo> {
  const windows = [{ after: range.after, before: range.before }];
  for (let window = windows.pop(); window; window = windows.pop()) {
    const { after, before } = window;
    const request: SearchMediaRequest = {
      ...{ ...application, CreateTime: { After: isoTime(after), Before: isoTime(before) } },
      ...(range.categories.length > 0 && { Categories: [...range.categories] }),
      ...(range.sources.length > 0 && { SourceTypes: [...range.sources] }),
      Limit: PAGE,
      Sort: { Field: "CreateTime", Order: "Asc" },
    };
    const first = await vod.SearchMedia(request);
    if ((first.TotalCount ?? 0) >= MAX_RESULTS && before - after > SECOND_MS) {
      const middle = after + Math.floor((before - after) / 2 / SECOND_MS) * SECOND_MS;
      windows.push({ after: middle + SECOND_MS, before }, { after, before: middle });
      continue;
    }
    let page: readonly MediaInfo[] = first.MediaInfoSet ?? [];
    for (let Offset = PAGE; ; Offset += PAGE) {
      yield* page;
      if (page.length < PAGE) break;
      if (Offset >= MAX_RESULTS) {
        printError(
          `VOD lists at most ${MAX_RESULTS} files of one second. Further files of ${isoTime(after)} were not read.`,
        );
        break;
      }
      page = (await vod.SearchMedia({ ...request, Offset })).MediaInfoSet ?? [];
    }
  }
}

type TaskIndex = ReadonlyMap<string, readonly FileTask[]>;

async function readTasks(vod: Calls, from: number, application: Application): Promise<TaskIndex> {
  const index = new Map<string, FileTask[]>();
  for (const task of await listTasks(vod, { ...application, CreateTime: { After: isoTime(from) } })) {
    const { TaskId = "", TaskType, SessionId } = task;
    if (TaskType !== "Procedure" && TaskType !== "PullUpload") continue;
    const own = ownFileOf(SessionId);
    const detail = own === undefined ? await readTask(vod, TaskId, application) : undefined;
    const fileId = own ?? detail?.ProcedureTask?.FileId ?? detail?.PullUploadTask?.FileId;
    if (!fileId) continue;
    const results = async () => {
      const known = detail ?? (await readTask(vod, TaskId, application));
      return resultsOf(known?.ProcedureTask?.MediaProcessResultSet);
    };
    index.set(fileId, [...(index.get(fileId) ?? []), { task, results }]);
  }
  return index;
}

export function isoTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
