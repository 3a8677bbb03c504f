import type {
  MediaProcessTaskTranscodeResult,
  ProcedureTask,
  ProcessMediaRequest,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import type { Media } from "./media-library";

/** A task flow; times are in milliseconds since 1970. */
export interface TaskRecord {
  readonly taskId: string;
  readonly media: Media;
  readonly request: ProcessMediaRequest;
  readonly created: number;
  /** Absent while it waits. */
  began?: number;
  /** Absent until it ends, well or not: what became of the work is in the results. */
  finished?: number;
  /** Of the sub-tasks that have ended. */
  readonly results: MediaProcessTaskTranscodeResult[];
}

/** As DescribeTasks has it; ABORTED is left out, as nothing here ends a task flow early. */
export function statusOf({ began, finished }: TaskRecord): "WAITING" | "PROCESSING" | "FINISH" {
  if (finished !== undefined) return "FINISH";
  return began === undefined ? "WAITING" : "PROCESSING";
}

/** A task flow as its event and DescribeTaskDetail tell of it. */
export function procedureTask(record: TaskRecord): ProcedureTask {
  const { taskId, media, request, results } = record;
  return {
    TaskId: taskId,
    // This one has no other value before the end (docs/tencent-protocols.md#task-states-and-error-codes).
    Status: statusOf(record) === "FINISH" ? "FINISH" : "PROCESSING",
    FileId: media.fileId,
    FileName: media.name,
    FileUrl: media.url,
    MetaData: media.metaData,
    MediaProcessResultSet: results.map((result) => ({ Type: "Transcode", TranscodeTask: result })),
    AiContentReviewResultSet: [],
    AiAnalysisResultSet: [],
    AiRecognitionResultSet: [],
    TasksPriority: request.TasksPriority ?? 0,
    TasksNotifyMode: request.TasksNotifyMode ?? "Finish",
    SessionContext: request.SessionContext ?? "",
    SessionId: request.SessionId ?? "",
    Operator: "",
    OperationType: "",
  };
}
