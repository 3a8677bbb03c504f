/** A task of any type; times are in milliseconds since 1970. */
export interface TaskRecord {
  readonly taskId: string;
  /** As in TaskType. DescribeTaskDetail has the details in the member `<type>Task`. */
  readonly type: "Procedure" | "PullUpload";
  /** Empty until a pull has made its file. */
  readonly fileId: string;
  readonly sessionId: string;
  readonly sessionContext: string;
  readonly created: number;
  /** Absent while it waits. */
  readonly began?: number;
  /** Absent until it ends, well or not: what became of the work is in the details. */
  readonly finished?: number;
  describe(): object;
}

/** As in DescribeTasks; ABORTED is left out, as nothing here ends a task early. */
export function statusOf({ began, finished }: TaskRecord): "WAITING" | "PROCESSING" | "FINISH" {
  if (finished !== undefined) return "FINISH";
  return began === undefined ? "WAITING" : "PROCESSING";
}
