import type { EventOf } from "../event/event";
import { identifier } from "../event/identifiers";
import { integer, list, text } from "../event/untrusted";
import type { Log } from "../log/log";

/**
 * Logs a line for each deleted file, with the parts that were deleted: `Part: TranscodeFiles (100010)`; no
 * number means all of that kind. Where no part is named, the whole file seems to be gone
 * (docs/tencent-protocols.md#deleted-files).
 */
export function logDeletion({ payload }: EventOf<"FileDeleted">, log: Log): void {
  const files = new Map<string, string[]>();
  for (const fileId of list(payload.FileIdSet)) files.set(identifier(fileId) ?? "none", []);
  for (const result of list(payload.FileDeleteResultInfo)) {
    const fileId = identifier(result?.FileId) ?? "none";
    const parts = files.get(fileId) ?? [];
    files.set(fileId, parts);
    for (const part of list(result?.DeleteParts)) {
      const definition = integer(part?.Definition);
      parts.push(
        `Part: ${log.clean(text(part?.Type) ?? "unknown").slice(0, 100)}${definition ? ` (${definition})` : ""}`,
      );
    }
  }
  if (files.size === 0) log.own.line("FileDeleted. FileId: none");
  for (const [fileId, parts] of files) log.own.list(`FileDeleted. FileId: ${log.clean(fileId)}`, parts);
}
