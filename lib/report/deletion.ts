import type { EventOf } from "../event/event";
import { identifier } from "../event/identifiers";
import { integer, list, text } from "../event/untrusted";

/** A part of a file that was deleted; without a definition, all parts of that type. */
export interface DeletedPart {
  readonly fileId: string;
  /** Such as `TranscodeFiles`. */
  readonly type: string;
  readonly definition?: number;
}

/**
 * Reads the files of a deletion, each with its deleted parts. If none is named, the whole file seems to be gone
 * (docs/tencent-protocols.md#deleted-files).
 * @returns the parts by FileId; a FileId that cannot be read as one is left out
 */
export function readDeletion({
  payload,
}: EventOf<"FileDeleted">): ReadonlyMap<string, readonly DeletedPart[]> {
  const files = new Map<string, DeletedPart[]>();
  for (const value of list(payload.FileIdSet)) {
    const fileId = identifier(value);
    if (fileId !== undefined) files.set(fileId, []);
  }
  for (const result of list(payload.FileDeleteResultInfo)) {
    const fileId = identifier(result?.FileId);
    if (fileId === undefined) continue;
    const parts = files.get(fileId) ?? [];
    files.set(fileId, parts);
    for (const part of list(result?.DeleteParts)) {
      const definition = integer(part?.Definition);
      const type = text(part?.Type)?.slice(0, 100) ?? "unknown";
      parts.push({ fileId, type, ...(definition && { definition }) });
    }
  }
  return files;
}
