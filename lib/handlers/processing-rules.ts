import type { Config } from "../config";
import { text } from "../event/untrusted";
import type { Redact } from "../log/redact";

/** Properties of a file from `MediaBasicInfo` and an upload's notification. */
export interface UploadTraits {
  readonly SourceType?: unknown;
  readonly Type?: unknown;
  readonly ProcedureTaskId?: unknown;
}

/**
 * The reason why the configuration's filters skip an uploaded file; undefined if they do not. An unknown property never
 * matches, because filters prevent costs and loops.
 */
export function reasonToSkip(
  { skipWithTaskFlow, sourceTypes, fileTypes }: Config,
  { SourceType, Type, ProcedureTaskId }: UploadTraits,
  clean: Redact = (text) => text,
): string | undefined {
  const taskFlow = text(ProcedureTaskId);
  if (skipWithTaskFlow && taskFlow) return `it was uploaded with its own task flow (${clean(taskFlow)})`;
  const source = text(SourceType);
  if (sourceTypes && !(source && sourceTypes.includes(source)))
    return `source_types does not contain its source (${clean(source ?? "unknown")})`;
  const type = text(Type);
  if (fileTypes && !(type && fileTypes.includes(type.toLowerCase())))
    return `file_types does not contain its type (${clean(type ?? "unknown")})`;
  return undefined;
}
