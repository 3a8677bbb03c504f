import { type Config, ConfigError } from "../config";
import type { EventOf } from "../event/event";
import { correlationId, identifier } from "../event/identifiers";
import { Refusal } from "../http/refusal";
import { DONE, type Outcome } from "../outcome";
import { describeFailure } from "../tencent-cloud/client-config";
import { errorClass } from "../tencent-cloud/errors";
import { sessionId, type Work } from "../tencent-cloud/session-id";
import type { HandlerContext } from "./context";
import { reasonToSkip } from "./processing-rules";

/**
 * The FileId of an upload.
 * @throws {Refusal} 400 if it is not a string of digits
 */
export function uploadedFileId({ payload }: EventOf<"NewFileUpload">): string {
  const { FileId: fileId } = payload;
  // 17 to 20 digits as yet; up to 32 leave room for the rest of a SessionId.
  if (typeof fileId === "string" && /^\d{1,32}$/.test(fileId)) return fileId;
  throw new Refusal(400, "FileUploadEvent.FileId is not a string of digits.");
}

/** What the configuration has an upload start. */
export function resolveWork({ definitions }: Config): Work {
  return { definitions };
}

/**
 * Starts the processing of an uploaded file, and answers with the API's response packet. The request's id goes along
 * as `SessionContext`, which the task's events bring back (docs/tencent-protocols.md#processmedia). A file that the
 * configuration's filters keep out is done.
 * @throws {Refusal} as `uploadedFileId` does
 * @param resolved what was to be started when the event came, if an earlier try has resolved that
 */
export async function newFileUpload(
  event: EventOf<"NewFileUpload">,
  { config, log, vod, deadlineMs, requestId }: HandlerContext,
  resolved?: Work,
): Promise<Outcome> {
  const { MediaBasicInfo, ProcedureTaskId } = event.payload;
  const fileId = uploadedFileId(event);
  const { SourceInfo, Type } = MediaBasicInfo ?? {};
  const traits = { SourceType: SourceInfo?.SourceType, Type, ProcedureTaskId };
  const reason = reasonToSkip(config, traits, log.clean);
  if (resolved === undefined && reason !== undefined) {
    log.own.line(`Not processed. FileId: ${log.clean(fileId)}, Reason: ${reason}`);
    return DONE;
  }
  const work = resolved ?? resolveWork(config);
  const { definitions } = work;
  const application = config.subAppId === undefined ? {} : { subAppId: config.subAppId };
  const context = correlationId(requestId);
  try {
    const response = await vod.processMedia(
      {
        FileId: fileId,
        MediaProcessTask: { TranscodeTaskSet: definitions.map((Definition) => ({ Definition })) },
        SessionId: sessionId(fileId, { definitions, ...application }),
        ...(context === undefined ? {} : { SessionContext: context }),
        ...(config.subAppId === undefined ? {} : { SubAppId: config.subAppId }),
      },
      deadlineMs,
    );
    const taskId = log.clean(identifier(response.TaskId) ?? "none");
    const list = definitions.join(", ");
    log.own.line(`Started. FileId: ${log.clean(fileId)}, TaskId: ${taskId}, Definitions: ${list}`);
    const packet = JSON.stringify(log.clean(response));
    log.own.line(packet);
    return { kind: "done", body: packet };
  } catch (error) {
    const failure = describeFailure(error);
    const kind = errorClass(failure);
    const { code, message, requestId } = failure;
    const packet = JSON.stringify({
      Error: { Code: code, Message: log.clean(message) },
      RequestId: requestId,
    });
    if (code !== undefined && kind === "already done") {
      log.own.line(`Already started. FileId: ${log.clean(fileId)}`);
      return { kind: "done", body: packet };
    }
    if (code !== undefined) log.own.line(packet);
    // Missing credentials are not VOD's answer; the same event succeeds after they are set.
    const isTransient = error instanceof ConfigError || kind === "transient";
    const text = `ProcessMedia: ${code ? `${code}: ` : ""}${message}`;
    // A permanent error may lie in the work itself: once the configuration is corrected, replay is to follow that.
    return isTransient
      ? { kind: "retry", error: text, work: { definitions } }
      : { kind: "park", error: text };
  }
}
