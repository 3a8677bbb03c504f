import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type {
  MediaProcessTaskTranscodeResult,
  ProcedureTask,
  ProcessMediaRequest,
  TranscodeTaskInput,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { ApiError } from "../api/error";
import { isoTime, type Media, type MediaLibrary } from "./media-library";
import { readMetaData } from "./meta-data";
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
  private readonly closing = new AbortController();
  /** One at a time: outputs come in order, and a small machine stays usable. */
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly options: TaskOptions) {}

  /**
   * Checks a request as VOD does and starts its task flow.
   * @returns the TaskId
   * @throws {ApiError} with the official code (FACTS D)
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
    this.queue = this.queue.then(() => this.run(TaskId, media, inputs, request));
    return { TaskId };
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

  private async run(
    TaskId: string,
    media: Media,
    inputs: readonly TranscodeTaskInput[],
    request: ProcessMediaRequest,
  ): Promise<void> {
    const results: MediaProcessTaskTranscodeResult[] = [];
    for (const input of inputs) {
      results.push(await this.transcode(media, input));
      if (this.closing.signal.aborted) return;
    }
    if (request.TasksNotifyMode === "None") return;
    this.options.onFinish({
      TaskId,
      Status: "FINISH",
      FileId: media.fileId,
      FileName: media.name,
      FileUrl: media.url,
      MetaData: media.metaData,
      MediaProcessResultSet: results.map((result) => ({ Type: "Transcode", TranscodeTask: result })),
      AiContentReviewResultSet: [],
      AiAnalysisResultSet: [],
      AiRecognitionResultSet: [],
      TasksPriority: request.TasksPriority ?? 0,
      TasksNotifyMode: "Finish",
      SessionContext: request.SessionContext ?? "",
      SessionId: request.SessionId ?? "",
      Operator: "",
      OperationType: "",
    });
  }

  private async transcode(media: Media, input: TranscodeTaskInput): Promise<MediaProcessTaskTranscodeResult> {
    const BeginProcessTime = isoTime(this.options.now());
    const name = `v.f${input.Definition}.mp4`;
    const output = join(media.folder, name);
    const ended = () => ({ Input: input, BeginProcessTime, FinishTime: isoTime(this.options.now()) });
    try {
      await this.options.transcoder.transcode(media.file, output, input.Definition, this.closing.signal);
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
    return {
      Status: "SUCCESS",
      ErrCode: 0,
      ErrCodeExt: "",
      Message: "SUCCESS",
      Progress: 100,
      ...ended(),
      Output: {
        ...outputOf(await readMetaData(output)),
        Url: `${media.folderUrl}/${name}`,
        Definition: input.Definition,
        DigitalWatermarkType: "None",
        CopyRightWatermarkText: "",
      },
    };
  }
}

/** A transcoding's output has most of what a file's meta data has, but not all. */
function outputOf({
  Rotate,
  VideoDuration,
  AudioDuration,
  ...output
}: Awaited<ReturnType<typeof readMetaData>>) {
  return output;
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
