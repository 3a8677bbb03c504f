import type { EventOf, VodEvent } from "../event/event";
import { stateOf } from "../event/task-state";
import { Refusal } from "../http/refusal";

/** An event by which a file comes into VOD. */
export type FileEvent = EventOf<"NewFileUpload" | "PullComplete">;

// 17 to 20 digits as yet; up to 32 leave room for the rest of a SessionId.
const FILE_ID = /^\d{1,32}$/;

/**
 * The FileId of an upload.
 * @throws {Refusal} 400 if it is not a string of digits
 */
export function uploadedFileId({ payload }: EventOf<"NewFileUpload">): string {
  const { FileId: fileId } = payload;
  if (typeof fileId === "string" && FILE_ID.test(fileId)) return fileId;
  throw new Refusal(400, "FileUploadEvent.FileId is not a string of digits.");
}

/** Whether the event is an upload, or a pull from a URL that has made a file. */
export function isFileEvent(event: VodEvent): event is FileEvent {
  if (!event.known) return false;
  if (event.eventType !== "PullComplete") return event.eventType === "NewFileUpload";
  const { FileId, Status, ErrCode } = event.payload;
  const isMade = typeof FileId === "string" && FILE_ID.test(FileId);
  return isMade && stateOf(Status, { ErrCode }) === "succeeded";
}
