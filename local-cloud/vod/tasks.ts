import { randomBytes } from "node:crypto";
import type {
  MediaProcessTaskInput,
  ProcedureTask,
  ProcessMediaByProcedureRequest,
  ProcessMediaRequest,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { ApiError } from "../api/error";
import { refuseUnsupported } from "../api/unsupported";
import type { Media, MediaLibrary } from "./media-library";
import { procedureNamed } from "./procedures";
import { type Session, SessionIds } from "./session-ids";
import type { SubTask } from "./sub-task";
import { subTasksOf } from "./sub-task-kinds";
import { statusOf, type TaskRecord } from "./task-record";
import type { Transcoder } from "./transcode";

/** See docs/tencent-protocols.md#task-history. */
const THREE_DAYS_MS = 3 * 24 * 60 * 60 * 1000;
const NOTIFY_MODES = ["Finish", "Change", "None"];

export interface TaskOptions {
  readonly appId: string;
  readonly library: MediaLibrary;
  readonly transcoder: Transcoder;
  readonly now: () => number;
  /**
   * Whether a task flow carries ErrCode and Message of its own (docs/tencent-protocols.md#procedure-error-fields).
   */
  readonly procedureStatus: boolean;
  /** Gets each task flow that ends; with TasksNotifyMode Change also after each of its sub-tasks. */
  readonly onChange: (task: ProcedureTask) => unknown;
}

interface FlowSettings extends Session {
  readonly TasksPriority?: number;
  readonly TasksNotifyMode?: string;
}

interface Procedure extends TaskRecord {
  began?: number;
  finished?: number;
  readonly subTasks: readonly SubTask[];
  describe(): ProcedureTask;
}

/** The task flows that ProcessMedia and ProcessMediaByProcedure start, and the list of all tasks. */
export class Tasks {
  private readonly sessions: SessionIds;
  /** In the order of their creation. */
  private readonly records: TaskRecord[] = [];
  private readonly closing = new AbortController();
  /** One at a time: outputs come in order, and a small machine stays usable. */
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly options: TaskOptions) {
    this.sessions = new SessionIds(options.now);
  }

  /**
   * Checks a request as VOD does and starts its task flow.
   * @throws {ApiError} with an official code
   */
  processMedia(request: ProcessMediaRequest): { TaskId: string } {
    const { FileId = "", SubAppId: _application, MediaProcessTask = {}, ...rest } = request;
    const { SessionId, SessionContext, TasksPriority, TasksNotifyMode, ...others } = rest;
    refuseUnsupported(others);
    const subTasks = subTasksOf(MediaProcessTask);
    return this.startFlow(FileId, subTasks, rest, 3);
  }

  /** As `processMedia`, with a system procedure. @throws {ApiError} with an official code */
  processMediaByProcedure(request: ProcessMediaByProcedureRequest): { TaskId: string } {
    const { FileId = "", ProcedureName, SubAppId: _application, ...rest } = request;
    const { SessionId, SessionContext, TasksPriority, TasksNotifyMode, ...others } = rest;
    refuseUnsupported(others);
    return this.startFlow(FileId, subTasksOf(procedureNamed(ProcedureName)), rest, 7);
  }

  /** Starts the procedure that an upload named. */
  startAfterUpload(media: Media, task: MediaProcessTaskInput, SessionContext = ""): string {
    return this.start(media, subTasksOf(task), { SessionContext }).TaskId;
  }

  /** Adds a task of another type to the list. */
  list(record: TaskRecord): void {
    this.records.push(record);
  }

  /** Those of the last three days, in the order of creation. */
  recent(): TaskRecord[] {
    const now = this.options.now();
    return this.records.filter(({ created }) => now - created < THREE_DAYS_MS);
  }

  /** How many task flows were ever started for each FileId. */
  started(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { fileId, type } of this.records) {
      if (type === "Procedure") counts.set(fileId, (counts.get(fileId) ?? 0) + 1);
    }
    return counts;
  }

  /** Stops what is running and waits for it. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.queue;
  }

  private startFlow(fileId: string, subTasks: readonly SubTask[], settings: FlowSettings, days: 3 | 7) {
    const { TasksNotifyMode } = settings;
    if (TasksNotifyMode && !NOTIFY_MODES.includes(TasksNotifyMode)) {
      const known = NOTIFY_MODES.join(", ");
      throw new ApiError("InvalidParameterValue", `TasksNotifyMode must be one of ${known}.`);
    }
    const media = this.options.library.find(fileId);
    if (!media) throw new ApiError("InvalidParameterValue.FileId", `The file ${fileId} does not exist.`);
    // That it can't be processed any more is documented, its code is not.
    if (media.sourceDeleted) throw new ApiError("FailedOperation", `The source of ${fileId} was deleted.`);
    this.sessions.use(settings, days);
    return this.start(media, subTasks, settings);
  }

  private start(media: Media, subTasks: readonly SubTask[], settings: FlowSettings): { TaskId: string } {
    const { appId, now, procedureStatus } = this.options;
    const record: Procedure = {
      taskId: `${appId}-procedurev2-${randomBytes(16).toString("hex")}tt0`,
      type: "Procedure",
      fileId: media.fileId,
      sessionId: settings.SessionId ?? "",
      sessionContext: settings.SessionContext ?? "",
      created: now(),
      subTasks,
      describe: () => procedureTask(record, media, settings, procedureStatus),
    };
    this.records.push(record);
    this.queue = this.queue.then(() => this.run(record, media, settings.TasksNotifyMode || "Finish"));
    return { TaskId: record.taskId };
  }

  private async run(record: Procedure, media: Media, notifyMode: string): Promise<void> {
    const { library, transcoder, now, onChange } = this.options;
    const { signal } = this.closing;
    if (signal.aborted) return;
    record.began = now();
    for (const [index, subTask] of record.subTasks.entries()) {
      await subTask.run({ media, transcoder, signal, now });
      if (signal.aborted) return;
      library.touch(media);
      // The notification of the last sub-task is that of the whole flow.
      if (notifyMode === "Change" && index < record.subTasks.length - 1) onChange(record.describe());
    }
    record.finished = now();
    if (notifyMode !== "None") onChange(record.describe());
  }
}

/** A task flow as its event and DescribeTaskDetail have it. */
function procedureTask(
  record: Procedure,
  media: Media,
  settings: FlowSettings,
  procedureStatus: boolean,
): ProcedureTask {
  const { taskId, sessionId, sessionContext, subTasks } = record;
  return {
    TaskId: taskId,
    // Before the end it is always PROCESSING (docs/tencent-protocols.md#task-states-and-error-codes).
    Status: statusOf(record) === "FINISH" ? "FINISH" : "PROCESSING",
    // They are about the flow itself, which ends well also if its sub-tasks fail; what they are before is not known.
    ...(procedureStatus && { ErrCode: 0, Message: "SUCCESS" }),
    FileId: media.fileId,
    FileName: media.name,
    FileUrl: media.url,
    MetaData: media.metaData,
    MediaProcessResultSet: subTasks.map((subTask) => subTask.describe()),
    AiContentReviewResultSet: [],
    AiAnalysisResultSet: [],
    AiRecognitionResultSet: [],
    TasksPriority: settings.TasksPriority ?? 0,
    TasksNotifyMode: settings.TasksNotifyMode || "Finish",
    SessionContext: sessionContext,
    SessionId: sessionId,
    Operator: "",
    OperationType: "",
  };
}
