import { digest } from "../crypto";
import { canonical, type JsonObject } from "../json";

/** What VOD is asked to do with a file: exactly one of the first three. */
export interface Work {
  /** Transcoding templates. */
  readonly definitions?: readonly number[];
  /** The name of a task flow (ProcessMediaByProcedure). */
  readonly procedure?: string;
  /** A `MediaProcessTask` of ProcessMedia. */
  readonly mediaProcessTask?: JsonObject;
  readonly subAppId?: number;
}

/**
 * The SessionId of a piece of work on a file: the same for the same work, for any order of its
 * definitions. At most 50 characters with a FileId of 32 digits and a generation below 10 000.
 * @param generation 0, or higher for work that is started again after VOD has shown that it failed
 */
export function sessionId(fileId: string, work: Work, generation = 0): string {
  return `${sessionPrefix(fileId, work)}${generation}`;
}

/** What the SessionIds of all generations of a piece of work begin with. */
export function sessionPrefix(fileId: string, work: Work): string {
  const { definitions = [], subAppId, procedure, mediaProcessTask } = work;
  // Of definitions alone this stays as it is: an update must not start anything a second time.
  const hashed = JSON.stringify({
    definitions: [...definitions].sort((a, b) => a - b),
    subAppId,
    procedure,
    mediaProcessTask: canonical(mediaProcessTask),
  });
  return `${fileId}-${digest("sha256", hashed).toString("hex").slice(0, 12)}-`;
}
