import { parseEvent } from "../lib/event/event";
import { type Identity, identityOf } from "../lib/event/identity";
import { text } from "../lib/event/untrusted";
import { isJsonObject, type JsonObject } from "../lib/json";
import type { Attempt, EventRow, LogRow } from "./protocol";

const MAX_EVENTS = 5000;

/** A notification that VOD has sent or queued. */
interface Sent {
  readonly id: string;
  readonly timeMs: number;
  readonly eventType: string;
  readonly body: string;
  readonly answer?: string;
}

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
  addSent({ id, timeMs, eventType, body, answer }: Sent): void {
    const before = this.#rows.get(id);
    const { fileId, taskId } = identify(body);
    this.#set({
      ...{ id, timeMs, eventType, body, hasBody: true, attempts: before?.attempts ?? [] },
      ...(fileId && { fileId }),
      ...(taskId && { taskId }),
      ...(answer !== undefined && { answer }),
    });
  }

  /** A line of a function's log. @returns whether it is an event's record */
  addLine({ functionName, timeMs, text: line }: LogRow): boolean {
    const record = readRecord(line);
    if (!record) return false;
    const { eventType, fileId, taskId, ...rest } = record;
    const attempt: Attempt = { functionName, timeMs, ...rest };
    const of = [...this.#rows.values()].filter(
      (row) => row.eventType === eventType && row.taskId === taskId && (taskId || row.fileId === fileId),
    );
    const open = of.find(({ attempts }) => attempts.at(-1)?.outcome !== "done") ?? of.at(-1);
    this.#set(
      open
        ? { ...open, attempts: [...open.attempts, attempt] }
        : {
            ...{ id: `log-${++this.#count}`, timeMs, eventType, hasBody: false, attempts: [attempt] },
            ...(fileId && { fileId }),
            ...(taskId && { taskId }),
          },
    );
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

interface EventRecord extends Omit<Attempt, "functionName" | "timeMs"> {
  readonly eventType: string;
  readonly fileId?: string;
  readonly taskId?: string;
}

function readRecord(line: string): EventRecord | undefined {
  if (!line.startsWith('{"')) return undefined;
  const record = parse(line);
  const eventType = text(record["eventType"]);
  const outcome = text(record["outcome"]);
  if (!eventType || !outcome) return undefined;
  const optional = ["fileId", "taskId", "leftTo", "error"].flatMap((name) => {
    const value = text(record[name]);
    return value === undefined ? [] : [[name, value]];
  });
  return {
    ...{ eventType, outcome, requestId: text(record["requestId"]) ?? "" },
    ...{ durationMs: Math.round(Number(record["durationMs"]) || 0) },
    ...Object.fromEntries(optional),
  };
}

function parse(line: string): JsonObject {
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
