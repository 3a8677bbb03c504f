import { parseEvent } from "../lib/event/event";
import { type Identity, identityOf } from "../lib/event/identity";
import { isJsonObject } from "../lib/json";
import { readLogRecord } from "../lib/log/event-record";
import type { SentNotification } from "../local-cloud";
import type { Attempt, EventRow, LogRow } from "./protocol";

const MAX_EVENTS = 5000;

interface Known extends EventRow {
  readonly body?: string;
}

/**
 * The events: notifications where they are known, each with what the functions' log reports of it. The log has no id of
 * the notification, so a record belongs to the first one of its type, task and file that is not done.
 */
export class EventLog {
  readonly #rows = new Map<string, Known>();
  readonly #changed = new Set<string>();
  #count = 0;

  /** A notification that was sent, and again when it was answered. */
  addSent({ id, timeMs, eventType, body, answer }: SentNotification): void {
    const attempts = this.#rows.get(id)?.attempts ?? [];
    const { fileId, taskId } = identify(body);
    this.#set({ id, timeMs, eventType, fileId, taskId, answer, body, hasBody: true, attempts });
  }

  /** A line of a function's log. @returns whether it is an event's record */
  addLine({ functionName, requestId, timeMs, text }: LogRow): boolean {
    const record = readLogRecord(text);
    if (record?.kind !== "event" || record.eventType === undefined) return false;
    const { eventType, fileId, taskId, outcome, leftTo, error } = record;
    const durationMs = Math.round(record.durationMs);
    const attempt: Attempt = { functionName, requestId, timeMs, outcome, durationMs, leftTo, error };
    const of = [...this.#rows.values()].filter(
      (row) => row.eventType === eventType && row.taskId === taskId && (taskId || row.fileId === fileId),
    );
    const open = of.find(({ attempts }) => attempts.at(-1)?.outcome !== "done") ?? of.at(-1);
    const known = open ?? { timeMs, eventType, fileId, taskId, hasBody: false, attempts: [] };
    const id = open?.id ?? `log-${++this.#count}`;
    this.#set({ ...known, id, attempts: [...known.attempts, attempt] });
    return true;
  }

  /** What has changed since the last call. */
  takeChanges(): EventRow[] {
    const rows = [...this.#changed].flatMap((id) => this.#rows.get(id) ?? []);
    this.#changed.clear();
    return rows.map(withoutBody);
  }

  all(): EventRow[] {
    return [...this.#rows.values()].map(withoutBody);
  }

  bodyOf(id: string): string | undefined {
    return this.#rows.get(id)?.body;
  }

  /** How many events ended with a permanent failure. */
  parked(): number {
    return [...this.#rows.values()].filter(({ attempts }) => attempts.at(-1)?.outcome === "park").length;
  }

  #set(row: Known): void {
    this.#rows.set(row.id, row);
    this.#changed.add(row.id);
    if (this.#rows.size <= MAX_EVENTS) return;
    const [oldest] = this.#rows.keys();
    if (oldest !== undefined) this.#rows.delete(oldest);
  }
}

function withoutBody({ body: _body, ...row }: Known): EventRow {
  return row;
}

/** As the functions' log identifies an event. */
function identify(body: string): Identity {
  try {
    const notification: unknown = JSON.parse(body);
    return identityOf(parseEvent(isJsonObject(notification) ? notification : {}));
  } catch {
    return {};
  }
}
