import { digest } from "../crypto";
import { splitRemainder } from "../event/remainder";
import { text } from "../event/untrusted";
import { withoutSign } from "../http/authenticate";
import { isJsonObject, type JsonObject } from "../json";
import type { Log } from "./log";

/** What one line of a record carries, so that the line stays below the log service's 8 KB. */
const PART_CHARACTERS = 6 * 1024;
/** More lines than this leave no room for those of the handlers. */
const MAX_PARTS = 100;

/**
 * Records a notification in the log in full, without `Sign` and `T`: lines
 * `{"replay":{"id":…,"part":1,"of":n,"data":…}}`, whose data together are the JSON, deflated, in base64. The id
 * follows from the JSON, so that several records of one event have the same one. If the log has no room, only the
 * identity is recorded: `{"replay":{"id":…,"identity":{"EventType":…,"FileId":…}}}`. A notification's own text can't
 * make such a line, because no logged text begins a line.
 */
export function logReplayRecord(notification: JsonObject, log: Log): void {
  const event = withoutSign(notification);
  const lines = linesOf(event);
  if (lines.length > 0 && sizeOf(lines) <= log.room()) {
    for (const line of lines) log.own.line(line);
    return;
  }
  const identity = identify(event);
  log.own.last({ replay: { id: recordId(JSON.stringify(identity)), identity } });
}

/** Whether the log has room for the record of a notification; true if it is too large for any log. */
export function hasRoomForRecord(notification: JsonObject, log: Log): boolean {
  return sizeOf(linesOf(withoutSign(notification))) <= log.room();
}

/**
 * The id of the record of a notification that is recorded in full. What is left to do of it does not count, so that
 * all tries of an event leave records with one id.
 */
export function recordIdOf(notification: JsonObject): string | undefined {
  const json = stringify(splitRemainder(withoutSign(notification)).event);
  return json === undefined ? undefined : recordId(json);
}

/** The id of the record of an event, or of its identity if only that is recorded. */
export function recordId(json: string): string {
  return digest("sha256", json).toString("hex").slice(0, 32);
}

/** @returns nothing if the event is too large or can't be written */
function linesOf(event: JsonObject): string[] {
  const json = stringify(event);
  if (json === undefined) return [];
  // Loaded only here: hardly any event needs it.
  const { deflateRawSync }: typeof import("node:zlib") = require("node:zlib");
  const data = deflateRawSync(json).toString("base64");
  const parts = data.match(new RegExp(`.{1,${PART_CHARACTERS}}`, "g")) ?? [];
  if (parts.length > MAX_PARTS) return [];
  const id = recordIdOf(event);
  return parts.map((part, index) =>
    JSON.stringify({ replay: { id, part: index + 1, of: parts.length, data: part } }),
  );
}

/** In bytes, with a newline each; they are ASCII. */
function sizeOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

/** What can be read can't always be written: each level takes more of the stack. */
function stringify(event: JsonObject): string | undefined {
  try {
    return JSON.stringify(event);
  } catch {
    return undefined;
  }
}

/** What VOD can be asked for again; the payload is the first member that has any of it. */
function identify(event: JsonObject): JsonObject {
  const names = ["FileId", "TaskId", "SessionId"];
  const payload = Object.values(event).find(
    (member): member is JsonObject => isJsonObject(member) && names.some((name) => text(member[name])),
  );
  return {
    EventType: short(event["EventType"]),
    ...Object.fromEntries(names.map((name) => [name, short(payload?.[name])])),
  };
}

/** Not cut by the log, as a longer one would be. */
function short(value: unknown): string | undefined {
  return text(value)?.slice(0, 100);
}
