import type { VodEvent } from "../event/event";
import { identityOf } from "../event/identity";
import { text } from "../event/untrusted";
import type { JsonObject } from "../json";
import type { Outcome } from "../outcome";
import type { Log } from "./log";
import { logReplayRecord } from "./replay-record";

/** How the work on a notification ended. */
export interface EventRecord {
  readonly requestId: string;
  /** Absent where the notification can't be read as one. */
  readonly event?: VodEvent | undefined;
  readonly outcome: Outcome;
  readonly durationMs: number;
  /** Who has the notification now and will try again, where somebody has. */
  readonly leftTo?: "retry" | "queue" | undefined;
  /** The record that an earlier try of the same event may have left; of no use once the event is done. */
  readonly earlierRecord?: string | undefined;
}

/**
 * Ends the log of an event: what is not done, and nobody else has, is kept in full; the last line says what
 * happened.
 */
export function logOutcome(notification: JsonObject, record: EventRecord, log: Log): void {
  const { requestId, event, outcome, durationMs, leftTo, earlierRecord } = record;
  const done = outcome.kind === "done";
  if (!done && leftTo === undefined) logReplayRecord(notification, log);
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
    leftTo,
    durationMs,
    settles: done ? earlierRecord : undefined,
    error: done ? undefined : clean(outcome.error),
  });
}
