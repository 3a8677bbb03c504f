import type { VodEvent } from "../event/event";
import { identityOf } from "../event/identity";
import { withRemainder } from "../event/remainder";
import { text } from "../event/untrusted";
import { isJsonObject, type JsonObject } from "../json";
import type { Outcome } from "../outcome";
import type { Log } from "./log";
import { logReplayRecord } from "./replay-record";

/** How processing a notification ended. */
export interface EventRecord {
  readonly requestId: string;
  /** Absent if the notification can't be read as one. */
  readonly event?: VodEvent | undefined;
  readonly outcome: Outcome;
  readonly durationMs: number;
  /** What has the notification now and will process it again. */
  readonly leftTo?: "retry" | "queue" | undefined;
  /** The id of the record that an earlier try of the event may have left, which is obsolete if the event is done. */
  readonly earlierRecord?: string | undefined;
}

/**
 * Ends the log of an event. If the event is not done and nothing will process it again, it is recorded in full. The
 * last line is the event record (docs/reference.md#event-record).
 */
export function logOutcome(notification: JsonObject, record: EventRecord, log: Log): void {
  const { requestId, event, outcome, durationMs, leftTo, earlierRecord } = record;
  const failure = outcome.kind === "done" ? undefined : outcome;
  if (failure && leftTo === undefined) logReplayRecord(withRemainder(notification, failure), log);
  const identity = event ? identityOf(event) : {};
  const { clean } = log;
  log.own.last({
    requestId,
    eventType: event?.known ? event.eventType : clean(text(notification["EventType"])),
    fileId: clean(identity.fileId),
    taskId: clean(identity.taskId),
    // ProcessMedia takes an upload's request id along, and the task flow's own events bring it back.
    correlationId: (event?.eventType === "NewFileUpload" && text(requestId)) || clean(identity.correlationId),
    outcome: outcome.kind,
    pending: failure?.pending,
    leftTo,
    durationMs: Math.round(durationMs * 10) / 10,
    settles: failure ? undefined : earlierRecord,
    error: clean(failure?.error),
  });
}

/** Logs that a command has processed a recorded event. @param id of its record */
export function logSettlement(id: string, requestId: string, log: Log): void {
  log.own.last({ requestId, outcome: "done", settles: id });
}

/** A request that was rejected. */
export interface RejectedRequest {
  readonly status: number;
  readonly reason: string;
  /** Of the body, in bytes. */
  readonly length: number;
  readonly sourceAddress: string | undefined;
}

/** Logs a rejected request; nothing of its body gets into the log. */
export function logRejection({ status, reason, length, sourceAddress }: RejectedRequest, log: Log): void {
  log.own.last({ status, reason, length, sourceAddress: log.clean(sourceAddress) });
}

/** What a reader of the log needs of its JSON lines. */
export type LogRecord =
  | {
      readonly kind: "event";
      readonly outcome: string;
      readonly leftTo: string | undefined;
      readonly settles: string | undefined;
      /** Absent in a settlement. */
      readonly eventType: string | undefined;
      readonly fileId: string | undefined;
      readonly taskId: string | undefined;
      readonly error: string | undefined;
      /** 0 if it has none. */
      readonly durationMs: number;
    }
  | { readonly kind: "rejection"; readonly status: number };

/**
 * Reads a line that this module wrote, with its members in any order.
 * @param line the text; or the fields that the log service made of it, whose values may be strings
 * @returns undefined for any other line
 */
export function readLogRecord(line: string | JsonObject): LogRecord | undefined {
  const record = typeof line === "string" ? parseObject(line) : line;
  const [outcome, status] = [text(record["outcome"]), Number(record["status"])];
  if (outcome !== undefined)
    return {
      kind: "event",
      outcome,
      ...{ leftTo: text(record["leftTo"]), settles: text(record["settles"]), error: text(record["error"]) },
      ...{
        eventType: text(record["eventType"]),
        fileId: text(record["fileId"]),
        taskId: text(record["taskId"]),
        durationMs: Number(record["durationMs"]) || 0,
      },
    };
  return status >= 400 && "reason" in record ? { kind: "rejection", status } : undefined;
}

function parseObject(line: string): JsonObject {
  if (!line.startsWith("{")) return {};
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
