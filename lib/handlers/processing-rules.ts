import type { Config } from "../config";
import { text } from "../event/untrusted";
import type { Redact } from "../log/redact";

/** What `MediaBasicInfo` and an upload's notification say of a file. */
export interface UploadTraits {
  readonly SourceType?: unknown;
  readonly Type?: unknown;
  readonly ProcedureTaskId?: unknown;
}

/**
 * Tells why an uploaded file is not to be transcoded, by the configuration's filters; undefined where it is.
 * What is unknown of a file never matches: a filter exists to keep cost and loops away.
 */
export function reasonToSkip(
  { skipWithTaskFlow, sourceTypes, fileTypes }: Config,
  { SourceType, Type, ProcedureTaskId }: UploadTraits,
  clean: Redact = (text) => text,
): string | undefined {
  const taskFlow = text(ProcedureTaskId);
  if (skipWithTaskFlow && taskFlow) return `it came with a task flow of its own (${clean(taskFlow)})`;
  const source = text(SourceType);
  if (sourceTypes && !(source && sourceTypes.includes(source)))
    return `source_types does not have its source (${clean(source ?? "not told")})`;
  const type = text(Type);
  if (fileTypes && !(type && fileTypes.includes(type.toLowerCase())))
    return `file_types does not have its type (${clean(type ?? "not told")})`;
  return undefined;
}
