import type { Client } from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_client";
import type { Config } from "../../lib/config";
import { PAYLOAD_KEYS } from "../../lib/event/event";
import { text } from "../../lib/event/untrusted";
import { isJsonObject, type JsonObject } from "../../lib/json";
import { isMissing } from "../cloud/remote-function";
import { type FileState, readFileState } from "./file-state";

/**
 * Restores an event of which only the identity was recorded: an upload from VOD's data of the file, the end of a task
 * from DescribeTaskDetail.
 * @returns undefined if VOD no longer has it, or has no action for it
 */
export async function fetchEvent(
  { EventType, FileId, TaskId }: JsonObject,
  vod: Client,
  config: Config,
): Promise<JsonObject | undefined> {
  const application = config.subAppId === undefined ? {} : { SubAppId: config.subAppId };
  const [fileId, taskId] = [text(FileId), text(TaskId)];
  if (EventType === "NewFileUpload") {
    return fileId === undefined
      ? undefined
      : uploadEvent(fileId, await readFileState(vod, fileId, application));
  }
  const payloadKey = Object.entries(PAYLOAD_KEYS).find(([eventType]) => eventType === EventType)?.[1];
  if (payloadKey === undefined || taskId === undefined) return undefined;
  try {
    const detail = await vod.DescribeTaskDetail({ ...application, TaskId: taskId });
    // One member has the task; the others are null.
    const task = Object.values(detail).find(isJsonObject);
    return task && { EventType, [payloadKey]: { ...task, TaskId: taskId } };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The notification of a file's upload; any task flow that is not ours counts as the file's own. */
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
