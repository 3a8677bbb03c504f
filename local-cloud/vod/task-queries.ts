import type {
  DescribeTaskDetailRequest,
  DescribeTasksRequest,
  TaskSimpleInfo,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import { ApiError } from "../api/error";
import { refuseUnsupported } from "../api/unsupported";
import { isoTime } from "./media-library";
import { nullsOf } from "./null-siblings";
import { checkSort, inRange } from "./query-rules";
import { statusOf, type TaskRecord } from "./task-record";

const DEFAULT_LIMIT = 10;
const MAX_COUNT = 100;
const STATES = ["WAITING", "PROCESSING", "FINISH"];

/**
 * The DescribeTasks action.
 * @param tasks those that can be asked for, in the order of their creation
 * @throws {ApiError} InvalidParameterValue
 */
export function describeTasks(request: DescribeTasksRequest, tasks: readonly TaskRecord[]): object {
  const { SubAppId: _application, Status, FileId, CreateTime, FinishTime, ...rest } = request;
  // The order without Sort is not documented.
  const {
    Sort = { Field: "CreateTime", Order: "Desc" },
    Limit = DEFAULT_LIMIT,
    ScrollToken,
    ...others
  } = rest;
  refuseUnsupported(others);
  if (Status !== undefined && !STATES.includes(Status)) {
    throw new ApiError("InvalidParameterValue", `Status must be one of ${STATES.join(", ")}.`);
  }
  if (Limit < 1 || Limit > MAX_COUNT) {
    throw new ApiError("InvalidParameterValue", `Limit must be 1 to ${MAX_COUNT}.`);
  }
  checkSort(Sort, ["CreateTime", "FinishTime"]);
  const created = inRange(CreateTime ?? {}, "without Before");
  const finished = FinishTime && inRange(FinishTime, "without Before");
  const found = tasks.filter(
    (task) =>
      (Status === undefined || statusOf(task) === Status) &&
      (FileId === undefined || task.fileId === FileId) &&
      created(task.created) &&
      (finished === undefined || (task.finished !== undefined && finished(task.finished))),
  );
  if (Sort.Field === "FinishTime") {
    found.sort((one, other) => (one.finished ?? 0) - (other.finished ?? 0));
  }
  if (Sort.Order === "Desc") found.reverse();
  const start = ScrollToken ? found.findIndex(({ taskId }) => taskId === ScrollToken) : 0;
  if (start < 0)
    throw new ApiError("InvalidParameterValue", `The ScrollToken ${ScrollToken} does not exist.`);
  return {
    TaskSet: found.slice(start, start + Limit).map(taskSimpleInfo),
    // By its document: the next record's ID, or nothing.
    ScrollToken: found[start + Limit]?.taskId ?? "",
  };
}

/**
 * The DescribeTaskDetail action.
 * @throws {ApiError} ResourceNotFound if there is none; that it is not InvalidParameterValue.TaskId, which is
 * listed too, is our reading
 */
export function describeTaskDetail(
  { TaskId, SubAppId: _application, ...rest }: DescribeTaskDetailRequest,
  tasks: readonly TaskRecord[],
): object {
  refuseUnsupported(rest);
  const task = tasks.find(({ taskId }) => taskId === TaskId);
  if (!task) throw new ApiError("ResourceNotFound", `The last three days have no task ${TaskId}.`);
  const { RequestId: _request, ...nulls } = nullsOf("DescribeTaskDetailResponse");
  return {
    ...nulls,
    TaskType: task.type,
    Status: statusOf(task),
    ...timesOf(task),
    [`${task.type}Task`]: task.describe(),
  };
}

function taskSimpleInfo(task: TaskRecord): TaskSimpleInfo {
  return {
    TaskId: task.taskId,
    Status: statusOf(task),
    FileId: task.fileId,
    TaskType: task.type,
    ...timesOf(task),
    SessionId: task.sessionId,
    SessionContext: task.sessionContext,
  };
}

/** A time in the future is documented as empty; an official example has 0001-01-01T00:00:00Z instead. */
function timesOf({ created, began, finished }: TaskRecord) {
  const time = (ms: number | undefined) => (ms === undefined ? "" : isoTime(ms));
  return { CreateTime: isoTime(created), BeginProcessTime: time(began), FinishTime: time(finished) };
}
