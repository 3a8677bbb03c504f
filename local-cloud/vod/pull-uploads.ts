import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import type {
  PullUploadRequest,
  PullUploadTask,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { ApiError } from "../api/error";
import { basicInfo, type Media, type MediaDetails, type MediaLibrary, typeOf } from "./media-library";
import { categoryOf } from "./media-types";
import type { ObjectStorage, Stored } from "./object-storage";
import { SessionIds } from "./session-ids";
import { ERROR_NUMBERS } from "./sub-task";
import { statusOf, type TaskRecord } from "./task-record";
import { detailsOf, type FollowUp, followUpOf } from "./uploads";

/** How long a server may take for a file. */
const FETCH_MS = 10 * 60 * 1000;

export interface PullOptions {
  readonly appId: string;
  readonly library: MediaLibrary;
  readonly storage: ObjectStorage;
  readonly now: () => number;
  /** Gets the task at once, for the list of tasks. */
  readonly onStart: (task: TaskRecord) => void;
  /** Starts the procedure that was asked for. @returns its TaskId */
  readonly process: (media: Media, followUp: FollowUp) => string;
  readonly onFinish: (task: PullUploadTask) => unknown;
}

interface Pull extends TaskRecord {
  fileId: string;
  finished?: number;
  describe(): PullUploadTask;
}

/** What has become of a pull so far. */
type Result = Pick<PullUploadTask, "ErrCode" | "Message" | "ProcedureTaskId"> & { readonly media?: Media };

/** Uploads from an address: PullUpload. */
export class PullUploads {
  private readonly sessions: SessionIds;
  private readonly closing = new AbortController();
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly options: PullOptions) {
    this.sessions = new SessionIds(options.now);
  }

  /**
   * Checks a request as VOD does and starts to fetch the file.
   * @throws {ApiError} InvalidParameterValue.MediaUrl for an address that is not on this machine,
   * FailedOperation.MediaType
   */
  pull(request: PullUploadRequest): { TaskId: string } {
    const {
      MediaUrl,
      MediaType,
      CoverUrl = "",
      SubAppId: _application,
      StorageRegion: _region,
      ...rest
    } = request;
    const { SessionId = "", TasksPriority: _priority, ...described } = rest;
    const { SessionContext = "" } = described;
    const details = detailsOf(described);
    const followUp = followUpOf(described);
    const path = localUrl(MediaUrl, "MediaUrl").pathname;
    if (CoverUrl !== "") localUrl(CoverUrl, "CoverUrl");
    const type = (MediaType || typeOf(path)).toLowerCase();
    if (categoryOf(type) === undefined) {
      throw new ApiError(
        "FailedOperation.MediaType",
        `The local cloud does not accept media of the type "${type}".`,
      );
    }
    this.sessions.use({ SessionId, SessionContext }, 3);
    const name = details.name || nameOf(path);
    const created = this.options.now();
    let result: Result = {};
    const task: Pull = {
      ...{ taskId: `${this.options.appId}-pull-${randomBytes(16).toString("hex")}`, type: "PullUpload" },
      ...{ fileId: "", sessionId: SessionId, sessionContext: SessionContext, created, began: created },
      describe: () => pullUploadTask(task, result),
    };
    this.options.onStart(task);
    const running = this.fetch(MediaUrl, type, CoverUrl, { ...details, name }, followUp).then((ended) => {
      result = ended;
      task.fileId = ended.media?.fileId ?? "";
      task.finished = this.options.now();
      if (!this.closing.signal.aborted) this.options.onFinish(task.describe());
    });
    this.running.add(running);
    void running.finally(() => this.running.delete(running));
    return { TaskId: task.taskId };
  }

  /** Stops what is running and waits for it. */
  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all(this.running);
  }

  private async fetch(
    url: string,
    type: string,
    coverUrl: string,
    details: MediaDetails,
    followUp: FollowUp | undefined,
  ): Promise<Result> {
    const { library, process } = this.options;
    try {
      const media = await library.add(`f0.${type}`, await this.download(url), details);
      if (coverUrl !== "") {
        await library.addCover(media, typeOf(new URL(coverUrl).pathname), await this.download(coverUrl));
      }
      return { media, ...(followUp && { ProcedureTaskId: process(media, followUp) }) };
    } catch (error) {
      const reason = error instanceof Error ? String(error.cause ?? error.message) : String(error);
      return { ErrCode: ERROR_NUMBERS.SourceFileError, Message: `${url} could not be fetched: ${reason}` };
    }
  }

  private async download(url: string): Promise<Stored> {
    const signal = AbortSignal.any([this.closing.signal, AbortSignal.timeout(FETCH_MS)]);
    // A redirect could lead away from this machine.
    const response = await fetch(url, { redirect: "error", signal });
    if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
    const key = `pulled/${randomBytes(16).toString("hex")}`;
    this.options.storage.allow(key);
    const stored = await this.options.storage.put(key, Readable.fromWeb(response.body));
    this.options.storage.take(key);
    return stored;
  }
}

/**
 * The local cloud runs on a developer's machine and must reach nothing else for its clients.
 * @throws {ApiError} InvalidParameterValue.<parameter>
 */
function localUrl(text: string, parameter: "MediaUrl" | "CoverUrl"): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && /^(127(\.\d+){3}|localhost|\[::1\])$/.test(url.hostname))
    return url;
  throw new ApiError(
    `InvalidParameterValue.${parameter}`,
    `The local cloud fetches only from this machine: ${parameter} must begin with http://127.0.0.1 or another loopback address.`,
  );
}

function nameOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.\w*$/, "");
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** A pull as its event and DescribeTaskDetail have it. */
function pullUploadTask(task: Pull, { media, ...result }: Result): PullUploadTask {
  const ended = statusOf(task) === "FINISH";
  return {
    ...{ TaskId: task.taskId, Status: ended ? "FINISH" : "PROCESSING", FileId: task.fileId },
    ...{
      ErrCode: 0,
      Message: ended ? "SUCCESS" : "",
      ProcedureTaskId: "",
      ReviewAudioVideoTaskId: "",
      ...result,
    },
    ...(media && { MediaBasicInfo: basicInfo(media), MetaData: media.metaData }),
    ...{ FileUrl: media?.url ?? "", Progress: ended ? 100 : 0 },
    ...{ SessionContext: task.sessionContext, SessionId: task.sessionId },
  };
}
