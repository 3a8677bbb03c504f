import { ConfigError } from "../config";
import type { EventOf } from "../event/event";
import { correlationId } from "../event/identifiers";
import { Refusal } from "../http/refusal";
import { DONE, type Outcome } from "../outcome";
import { describeFailure } from "../tencent-cloud/client-config";
import { errorClass } from "../tencent-cloud/errors";
import { sessionId } from "../tencent-cloud/session-id";
import type { HandlerContext } from "./context";
import { logPayload } from "./log-payload";
import { reasonToSkip } from "./processing-rules";

/**
 * Starts the transcoding of an uploaded file, with a task for each configured definition, and answers with
 * the API's response packet. The request's id goes along as `SessionContext`, which the task's events bring
 * back (docs/tencent-protocols.md#processmedia). A file that the configuration's filters keep out is done.
 * @throws {Refusal} 400 where the FileId is no string of digits
 */
export async function newFileUpload(
  event: EventOf<"NewFileUpload">,
  { config, log, vod, deadlineMs, requestId }: HandlerContext,
): Promise<Outcome> {
  const { FileId: fileId, MediaBasicInfo, ProcedureTaskId } = event.payload;
  // 17 to 20 digits as yet; up to 32 leave room for the rest of a SessionId.
  if (typeof fileId !== "string" || !/^\d{1,32}$/.test(fileId)) {
    throw new Refusal(400, "FileUploadEvent.FileId is not a string of digits.");
  }
  logPayload(event, log);
  const { SourceInfo, Type } = MediaBasicInfo ?? {};
  const reason = reasonToSkip(
    config,
    { SourceType: SourceInfo?.SourceType, Type, ProcedureTaskId },
    log.clean,
  );
  if (reason !== undefined) {
    log.own.line(`Not transcoded. FileId: ${log.clean(fileId)}, Reason: ${reason}`);
    return DONE;
  }
  const context = correlationId(requestId);
  try {
    const response = await vod.processMedia(
      {
        FileId: fileId,
        MediaProcessTask: { TranscodeTaskSet: config.definitions.map((Definition) => ({ Definition })) },
        SessionId: sessionId(fileId, config),
        ...(context === undefined ? {} : { SessionContext: context }),
        ...(config.subAppId === undefined ? {} : { SubAppId: config.subAppId }),
      },
      deadlineMs,
    );
    const packet = JSON.stringify(log.clean(response));
    log.own.line(packet);
    return { kind: "done", body: packet };
  } catch (error) {
    const failure = describeFailure(error);
    const kind = errorClass(failure);
    const { code, message, requestId } = failure;
    if (code !== undefined) {
      const packet = JSON.stringify({
        Error: { Code: code, Message: log.clean(message) },
        RequestId: requestId,
      });
      log.own.line(packet);
      if (kind === "already done") return { kind: "done", body: packet };
    }
    // What the owner has yet to set up is no answer of VOD's; the same event will do once that is done.
    const passing = error instanceof ConfigError || kind === "transient";
    return { kind: passing ? "retry" : "park", error: `ProcessMedia: ${code ? `${code}: ` : ""}${message}` };
  }
}
