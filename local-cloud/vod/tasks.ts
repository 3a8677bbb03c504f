import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type {
  MediaMetaData,
  MediaProcessTaskTranscodeResult,
  ProcedureTask,
  ProcessMediaRequest,
  TranscodeTaskInput,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { ApiError } from "../api/error";
import { isoTime, type Media, type MediaLibrary } from "./media-library";
import { outputMetaData } from "./meta-data";
import { procedureTask, type TaskRecord } from "./task-record";
import { TEMPLATES, type Transcoder } from "./transcode";

const THREE_DAYS_MS = 3 * 24 * 60 * 60 * 1000;

export interface TaskOptions {
  readonly appId: string;
  readonly library: MediaLibrary;
  readonly transcoder: Transcoder;
  readonly now: () => number;
  /** Is told of each task flow that ends. */
  readonly onFinish: (task: ProcedureTask) => unknown;
}

/** The task flows that ProcessMedia starts. */
export class Tasks {
  /** When each SessionId was used, in milliseconds since 1970. */
  private readonly sessions = new Map<string, number>();
  /** In the order of their creation. */
  private readonly records: TaskRecord[] = [];
  private readonly closing = new AbortController();
  /** One at a time: outputs come in order, and a small machine stays usable. */
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly options: TaskOptions) {}

  /**
   * Checks a request as VOD does and starts its task flow.
   * @returns the TaskId
   * @throws {ApiError} with the official code (docs/tencent-protocols.md#sessionid)
   */
  processMedia(request: ProcessMediaRequest): { TaskId: string } {
    const inputs = checkSupported(request);
    const media = this.options.library.find(request.FileId ?? "");
    if (!media)
      throw new ApiError("InvalidParameterValue.FileId", `The file ${request.FileId} does not exist.`);
    checkLength(request.SessionContext, 1000, "SessionContext");
    checkLength(request.SessionId, 50, "SessionId");
    this.useSession(request.SessionId);
    const TaskId = `${this.options.appId}-procedurev2-${randomBytes(16).toString("hex")}tt0`;
    const record: TaskRecord = {
      taskId: TaskId,
      media,
      request,
      created: this.options.now(),
      results: [],
    };
    this.records.push(record);
    this.queue = this.queue.then(() => this.run(record, inputs));
    return { TaskId };
  }

  /**
   * Those that can still be asked for: the ones of the last three days
   * (docs/tencent-protocols.md#task-history), in the order of creation.
   */
  recent(): TaskRecord[] {
    const now = this.options.now();
    return this.records.filter(({ created }) => now - created < THREE_DAYS_MS);
  }

  /** How many task flows were ever started for each FileId. */
  started(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { media } of this.records) counts.set(media.fileId, (counts.get(media.fileId) ?? 0) + 1);
    return counts;
  }

  /** Stops what is running and waits for it. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.queue;
  }

  private useSession(id: string | undefined): void {
    if (!id) return;
    const now = this.options.now();
    const used = this.sessions.get(id);
    if (used !== undefined && now - used < THREE_DAYS_MS) {
      throw new ApiError(
        "InvalidParameterValue.SessionId",
        `The SessionId ${id} was used within three days.`,
      );
    }
    this.sessions.set(id, now);
  }

  private async run(record: TaskRecord, inputs: readonly TranscodeTaskInput[]): Promise<void> {
    record.began = this.options.now();
    for (const input of inputs) {
      record.results.push(await this.transcode(record.media, input));
      if (this.closing.signal.aborted) return;
    }
    record.finished = this.options.now();
    if (record.request.TasksNotifyMode !== "None") this.options.onFinish(procedureTask(record));
  }

  private async transcode(media: Media, input: TranscodeTaskInput): Promise<MediaProcessTaskTranscodeResult> {
    const BeginProcessTime = isoTime(this.options.now());
    const name = `v.f${input.Definition}.mp4`;
    const output = join(media.folder, name);
    const ended = () => ({ Input: input, BeginProcessTime, FinishTime: isoTime(this.options.now()) });
    let metaData: MediaMetaData;
    try {
      await this.options.transcoder.transcode(media.file, output, input.Definition, this.closing.signal);
      metaData = await this.options.transcoder.readMetaData(output);
    } catch (error) {
      const Message = error instanceof Error ? error.message : String(error);
      // The number is what the documents have for a bad source elsewhere; ErrCodeExt is what counts.
      return {
        Status: "FAIL",
        ErrCode: 60000,
        ErrCodeExt: "SourceFileError",
        Message,
        Progress: 0,
        ...ended(),
      };
    }
    const Output = {
      ...outputMetaData(metaData),
      Url: `${media.folderUrl}/${name}`,
      Definition: input.Definition,
      DigitalWatermarkType: "None",
      CopyRightWatermarkText: "",
    };
    media.outputs.set(input.Definition, Output);
    return {
      Status: "SUCCESS",
      ErrCode: 0,
      ErrCodeExt: "",
      Message: "SUCCESS",
      Progress: 100,
      ...ended(),
      Output,
    };
  }
}

/** Refuses what only the real VOD can do; nothing is left out in silence. */
function checkSupported(request: ProcessMediaRequest): readonly TranscodeTaskInput[] {
  const {
    FileId,
    SubAppId,
    SessionId,
    SessionContext,
    TasksPriority,
    TasksNotifyMode,
    MediaProcessTask,
    ...rest
  } = request;
  const { TranscodeTaskSet = [], ...otherTasks } = MediaProcessTask ?? {};
  const unsupported = [...Object.keys(rest), ...Object.keys(otherTasks)];
  for (const { Definition: _definition, ...more } of TranscodeTaskSet) unsupported.push(...Object.keys(more));
  if (TasksNotifyMode === "Change") unsupported.push("TasksNotifyMode Change");
  if (unsupported.length > 0) {
    throw new ApiError("UnsupportedOperation", `The local cloud does not know: ${unsupported.join(", ")}.`);
  }
  if (TranscodeTaskSet.length === 0) throw new ApiError("InvalidParameterValue", "There is no task to do.");
  for (const { Definition } of TranscodeTaskSet) {
    if (!TEMPLATES.includes(Definition)) {
      throw new ApiError(
        "InvalidParameterValue",
        `The template ${Definition} does not exist; the local cloud has ${TEMPLATES.join(", ")}.`,
      );
    }
  }
  return TranscodeTaskSet;
}

/** The codes of both are InvalidParameterValue.<name>TooLong. */
function checkLength(value: string | undefined, most: number, name: string): void {
  if (value !== undefined && value.length > most) {
    throw new ApiError(`InvalidParameterValue.${name}TooLong`, `${name} is longer than ${most} characters.`);
  }
}
