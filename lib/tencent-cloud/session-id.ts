import { digest } from "../crypto";

/** The work asked of ProcessMedia, as far as it distinguishes the task flows of a file. */
export interface Work {
  readonly definitions: readonly number[];
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
export function sessionPrefix(fileId: string, { definitions, subAppId }: Work): string {
  const work = JSON.stringify({ definitions: [...definitions].sort((a, b) => a - b), subAppId });
  return `${fileId}-${digest("sha256", work).toString("hex").slice(0, 12)}-`;
}
