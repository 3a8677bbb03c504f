import { createHash } from "node:crypto";
import { type Config, ConfigError } from "../config";
import type { HandlerContext } from "../dispatch";
import type { EventOf } from "../event";
import type { Outcome } from "../outcome";
import { Refusal } from "../refusal";
import { describeFailure, isPassing } from "../tencent-cloud";

/** The code of a `SessionId` used before, within three days (FACTS D): the work is already started. */
const ALREADY_STARTED = "InvalidParameterValue.SessionId";

/**
 * Starts the transcoding of an uploaded file, with a task for each configured definition, and answers with
 * the API's response packet.
 * @throws {Refusal} 400 where the FileId is no string of digits
 */
export async function newFileUpload(
  { payload }: EventOf<"NewFileUpload">,
  { config, log, vod, until }: HandlerContext,
): Promise<Outcome> {
  const { FileId: fileId } = payload;
  // 17 to 20 digits as yet; up to 32 leave room for the rest of a SessionId.
  if (typeof fileId !== "string" || !/^\d{1,32}$/.test(fileId)) {
    throw new Refusal(400, "FileUploadEvent.FileId is not a string of digits.");
  }
  try {
    const response = await vod.processMedia(
      {
        FileId: fileId,
        MediaProcessTask: { TranscodeTaskSet: config.definitions.map((Definition) => ({ Definition })) },
        SessionId: sessionId(fileId, config),
        ...(config.subAppId === undefined ? {} : { SubAppId: config.subAppId }),
      },
      until,
    );
    const packet = JSON.stringify(response);
    log.line(packet);
    return { kind: "done", body: packet };
  } catch (error) {
    const failure = describeFailure(error);
    const { code, message, requestId } = failure;
    if (code !== undefined) {
      const packet = JSON.stringify({ Error: { Code: code, Message: message }, RequestId: requestId });
      log.line(packet);
      if (code === ALREADY_STARTED) return { kind: "done", body: packet };
    }
    // What the owner has yet to set up is no answer of VOD's; the same event will do once that is done.
    const passing = error instanceof ConfigError || isPassing(failure);
    return { kind: passing ? "retry" : "park", error: `ProcessMedia: ${code ? `${code}: ` : ""}${message}` };
  }
}

/** The same for the same work, whatever the order of its definitions; the first generation. */
function sessionId(fileId: string, { definitions, subAppId }: Config): string {
  const work = JSON.stringify({ definitions: [...definitions].sort((a, b) => a - b), subAppId });
  return `${fileId}-${createHash("sha256").update(work).digest("hex").slice(0, 12)}-0`;
}
