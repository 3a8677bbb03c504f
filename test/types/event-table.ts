// Compiled, never run: each line that must not compile is marked, and the compiler complains of a mark
// where the line does compile.
import type {
  FileUploadTask,
  MediaProcessTaskResult,
} from "tencentcloud-sdk-nodejs-vod/tencentcloud/services/vod/v20180717/vod_models";
import {
  type EventOf,
  type EventType,
  eventTable,
  PAYLOAD_KEYS,
  type PayloadKey,
} from "../../lib/event/event";
import { list, type Untrusted } from "../../lib/event/untrusted";

const { FileDeleted, ...withoutOne } = PAYLOAD_KEYS;

export const complete = eventTable({ ...withoutOne, FileDeleted });

// @ts-expect-error a payload key is missing
export const missing = eventTable({ ...withoutOne });

// @ts-expect-error nothing but a complete table will do
export const empty = eventTable({});

// @ts-expect-error the SDK has no such payload key
export const wrong = eventTable({ ...PAYLOAD_KEYS, FileDeleted: "FileDeletedEvent" });

// @ts-expect-error the handle of a pulled event is no payload
export const handle = eventTable({ ...PAYLOAD_KEYS, Handle: "EventHandle" });

// @ts-expect-error one key in two places leaves another without its type
export const twice = eventTable({ ...PAYLOAD_KEYS, FileDeleted: "FileUploadEvent" });

/** Every payload key is in the table: the type of what is not is `never`. */
type Uncovered = Exclude<PayloadKey, (typeof PAYLOAD_KEYS)[EventType]>;
export const uncovered: [Uncovered] extends [never] ? true : false = true;

// @ts-expect-error no event has this name
export type NoEvent = EventOf<"FileDelete">;

export function readUpload(task: Untrusted<FileUploadTask>): unknown[] {
  return [
    task.FileId,
    task.MediaBasicInfo?.SourceInfo?.SourceType,
    // @ts-expect-error the SDK's type has no such field
    task.FileID,
    // @ts-expect-error nor has the one within
    task.MediaBasicInfo?.Url,
    // @ts-expect-error null is possible wherever an object should be
    task.MediaBasicInfo.MediaUrl,
  ];
}

export function readResult(item: Untrusted<MediaProcessTaskResult>): unknown[] {
  // @ts-expect-error nothing is promised of a value: it may be no string
  const url: string | undefined = item.TranscodeTask?.Output?.Url;
  return [
    url,
    list(item.SampleSnapshotTask?.Output?.ImageUrlSet),
    list(item.SnapshotByTimeOffsetTask?.Output?.PicInfoSet).map((picture) => picture?.Url),
    // @ts-expect-error a list's members have no such field
    list(item.SnapshotByTimeOffsetTask?.Output?.PicInfoSet).map((picture) => picture?.ImageUrl),
    // @ts-expect-error a list may be missing or anything else
    item.SampleSnapshotTask?.Output?.ImageUrlSet?.map(String),
    // @ts-expect-error what is no list in the SDK's type is none here
    list(item.TranscodeTask?.Output),
  ];
}

export function readPayload(event: EventOf<"ProcedureStateChanged">): unknown[] {
  return [
    event.payload.MediaProcessResultSet,
    // @ts-expect-error that is a field of another event
    event.payload.FileIdSet,
  ];
}
