import { inflateRawSync } from "node:zlib";
import { isJsonObject, type JsonObject } from "../../lib/json";
import { readLogRecord } from "../../lib/log/event-record";
import { escapeControls } from "../../lib/log/log";
import { recordId, recordIdOf } from "../../lib/log/replay-record";
import { type OwnLine, parseObject } from "./own-lines";

/** The content of one record: the event in full, or the identity by which VOD can be asked for it. */
export type Kept = { readonly id: string } & (
  | { readonly event: JsonObject }
  | { readonly identity: JsonObject }
);

/** The records of a log. */
export interface Records {
  readonly kept: readonly Kept[];
  /** The ids of records whose event a later try has done. */
  readonly settled: ReadonlySet<string>;
  /** Why events failed, by `reasonKey`; the latest try counts. */
  readonly reasons: ReadonlyMap<string, string>;
  /** How many records have missing or changed parts, without those whose event is done. */
  readonly incomplete: number;
  /** How many lines look like one of a record but are not. */
  readonly unreadable: number;
}

/** A notification is at most 6 MB; nothing much larger comes out of a record. */
const MAX_EVENT_BYTES = 8 * 1024 * 1024;

/**
 * Collects the records in a function's lines, each once, in any order. A line counts only if it equals, to the last
 * character, one that `logReplayRecord` writes. No log line begins with text from a notification, so none can make one.
 * The content of a record must also have the record's id.
 * @param lines exactly as the function wrote them
 * @param looksKept whether a line that is not a record looks like a damaged one
 */
export function collectRecords(lines: Iterable<string>, looksKept = beginsLikeRecord): Records {
  const collector = createCollector(looksKept);
  let place = 0;
  for (const line of lines) collector.add(line, place++);
  return collector.records();
}

/** Collects as `collectRecords` does, from lines that are read while they are collected. */
export async function collectLog(lines: AsyncIterable<OwnLine>): Promise<Records> {
  const collector = createCollector(beginsLikeRecord);
  for await (const { text, timeMs } of lines) collector.add(text, timeMs);
  return collector.records();
}

/** Holds what records carry, deflated: an event is inflated each time it is asked for, and not before. */
function createCollector(looksKept: (line: string) => boolean) {
  const parts = new Map<string, { of: number; data: string[][] }>();
  const kept = new Map<string, Kept>();
  /** When each record was last written, and last settled. */
  const writtenAt = new Map<string, number>();
  const settledAt = new Map<string, number>();
  const later = (times: Map<string, number>, id: string, time: number) =>
    times.set(id, Math.max(time, times.get(id) ?? time));
  const reasons = new Map<string, string>();
  let unreadable = 0;
  return {
    /** @param time orders the lines; a record that is written again after it was settled waits again */
    add(line: string, time: number): void {
      const end = readLogRecord(line);
      // The last line of a try of the retry function names the record that an earlier try may have left.
      if (end?.kind === "event" && end.outcome === "done" && end.settles) later(settledAt, end.settles, time);
      if (end?.kind === "event" && end.error)
        reasons.set(reasonKey(end.eventType, end.fileId, end.taskId), end.error);
      const record = readRecordLine(line);
      if (!record) {
        if (looksKept(line)) unreadable += 1;
        return;
      }
      later(writtenAt, record.id, time);
      if ("identity" in record) {
        kept.set(record.id, record);
        return;
      }
      const { id, part, of, data } = record;
      const known = parts.get(id) ?? { of, data: [] };
      // A later try of the event may have left less to do, and so other data under the same id.
      if (known.of === of && part <= of) known.data[part - 1] = [data, ...(known.data[part - 1] ?? [])];
      parts.set(id, known);
    },
    records(): Records {
      let incomplete = 0;
      const settled = new Set(
        [...settledAt].flatMap(([id, time]) => (time >= (writtenAt.get(id) ?? time) ? [id] : [])),
      );
      for (const [id, { of, data }] of parts) {
        const deflated = Object.keys(data).length === of ? findLatest(id, data) : undefined;
        if (deflated !== undefined) kept.set(id, keptEvent(id, deflated));
        else if (!settled.has(id)) incomplete += 1;
      }
      return { kept: [...kept.values()], settled, reasons, incomplete, unreadable };
    },
  };
}

function keptEvent(id: string, deflated: string): Kept {
  return {
    id,
    get event() {
      return inflateEvent(id, deflated) ?? {};
    },
  };
}

function beginsLikeRecord(line: string): boolean {
  return line.startsWith('{"replay":');
}

interface Part {
  readonly id: string;
  readonly part: number;
  readonly of: number;
  readonly data: string;
}

/** Whether a line equals, to the last character, one with which a function records an event. */
export function isRecordLine(line: string): boolean {
  return readRecordLine(line) !== undefined;
}

function readRecordLine(line: string): Part | { id: string; identity: JsonObject } | undefined {
  if (!line.startsWith('{"replay":{"id":"')) return undefined;
  const { replay } = parseObject(line);
  if (!isJsonObject(replay)) return undefined;
  const { id, part, of, data, identity } = replay;
  if (typeof id !== "string" || !/^[0-9a-f]{32}$/.test(id)) return undefined;
  if (isJsonObject(identity)) {
    const same = line === escapeControls(JSON.stringify({ replay: { id, identity } }));
    return same && id === recordId(JSON.stringify(identity)) ? { id, identity } : undefined;
  }
  if (!isCount(part) || !isCount(of) || typeof data !== "string") return undefined;
  const same = line === JSON.stringify({ replay: { id, part, of, data } });
  return same && /^[A-Za-z0-9+/]+=*$/.test(data) ? { id, part, of, data } : undefined;
}

/** What the log and a record name an event by. */
export function reasonKey(eventType = "", fileId = "", taskId = ""): string {
  return `${eventType} ${fileId} ${taskId}`;
}

/**
 * Finds the latest try whose data are the event that the id names.
 * @param data of each part, those of the latest try first
 * @returns the event, deflated
 */
function findLatest(id: string, data: readonly (readonly string[])[]): string | undefined {
  const tries = Math.min(...data.map(({ length }) => length));
  for (let index = 0; index < tries; index++) {
    const deflated = data.map((variants) => variants[index]).join("");
    if (inflateEvent(id, deflated)) return deflated;
  }
  return undefined;
}

/** @returns undefined if it is not the event that the id names, or is too large */
function inflateEvent(id: string, data: string): JsonObject | undefined {
  try {
    const json = inflateRawSync(Buffer.from(data, "base64"), { maxOutputLength: MAX_EVENT_BYTES });
    const event: unknown = JSON.parse(json.toString("utf8"));
    return isJsonObject(event) && recordIdOf(event) === id ? event : undefined;
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 1000;
}
