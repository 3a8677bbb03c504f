import { digest } from "../crypto";
import { canonical, type JsonObject } from "../json";
import type { EventReport } from "./event-report";

/**
 * The id of a report: 32 hex digits, equal for the same event by whatever path it arrives
 * (docs/reference.md#event-report).
 */
export function reportId(report: Omit<EventReport, "id">, payload: JsonObject): string {
  const {
    eventType,
    known,
    subAppId = 0,
    taskId,
    fileId,
    state,
    results,
    deletedFileIds = [],
    deletedParts = [],
  } = report;
  const subject = known ? (taskId ?? fileId) : undefined;
  const identity = [
    eventType,
    subAppId,
    subject ?? canonical(payload),
    state ?? null,
    ...results
      .map(({ kind, definition = null, index, state = null }) => [kind, definition, index, state] as const)
      .sort(compareRows)
      .flat(),
    ...[...deletedFileIds].sort(),
    ...deletedParts
      .map(({ fileId, type, definition = null }) => [fileId, type, definition] as const)
      .sort(compareRows)
      .flat(),
  ];
  return digest("sha256", JSON.stringify(identity)).toString("hex").slice(0, 32);
}

type Cell = string | number | null;

/** By the first members that differ; null comes first. */
function compareRows(one: readonly Cell[], other: readonly Cell[]): number {
  for (const [index, cell] of one.entries()) {
    const against = other[index] ?? null;
    if (cell === against) continue;
    if (cell === null || against === null) return cell === null ? -1 : 1;
    return cell < against ? -1 : 1;
  }
  return 0;
}
