import type { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import { PAYLOAD_KEYS } from "../../lib/event/event";
import { text } from "../../lib/event/untrusted";
import { isJsonObject, type JsonObject } from "../../lib/json";
import type { Work } from "../../lib/tencent-cloud/session-id";
import { isMissing } from "../cloud/remote-function";
import { type FileState, readFileState } from "./file-state";

/**
 * Makes an event again of which only the identity was kept: an upload of what VOD has of the file, the end
 * of a task of what DescribeTaskDetail says of it.
 * @returns undefined where VOD does not know it any more, or can't be asked for it
 */
export async function fetchEvent(
  { EventType, FileId, TaskId }: JsonObject,
  vod: Client,
  work: Work,
): Promise<JsonObject | undefined> {
  const [fileId, taskId] = [text(FileId), text(TaskId)];
  if (EventType === "NewFileUpload") {
    return fileId === undefined ? undefined : uploadEvent(fileId, await readFileState(vod, fileId, work));
  }
  const payloadKey = Object.entries(PAYLOAD_KEYS).find(([eventType]) => eventType === EventType)?.[1];
  if (payloadKey === undefined || taskId === undefined) return undefined;
  try {
    const application = work.subAppId === undefined ? {} : { SubAppId: work.subAppId };
    const detail = await vod.DescribeTaskDetail({ ...application, TaskId: taskId });
    // One member has the task; the others are null.
    const task = Object.values(detail).find(isJsonObject);
    return task && { EventType, [payloadKey]: { ...task, TaskId: taskId } };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** A file's upload as its notification would tell of it; any task flow that is not ours counts as its own. */
export function uploadEvent(fileId: string, { media, otherTaskFlow }: FileState): JsonObject {
  return {
    EventType: "NewFileUpload",
    FileUploadEvent: {
      FileId: fileId,
      MediaBasicInfo: media?.BasicInfo,
      MetaData: media?.MetaData,
      ProcedureTaskId: otherTaskFlow,
    },
  };
}
