import { isJsonObject, type JsonObject, parseJson } from "../../lib/json";
import { parseObject } from "./own-lines";
import { isRecordLine } from "./records";

/** A list of events that a user wrote for `replay`. */
export interface EventList {
  readonly notifications: readonly JsonObject[];
  /** Lines of records, as a function wrote them. */
  readonly records: readonly string[];
}

/**
 * Reads a file as a list of events: each line that is not empty, or the whole file as a JSON array or as one
 * object, is a notification or a record.
 * @returns undefined if the file has anything else. Then it is a log, whose lines can quote what a stranger sent, so
 * only records may be read from it.
 */
export function readEventList(content: string): EventList | undefined {
  const lines = wholeValue(content) ?? content.split(/\r?\n/).filter((line) => line.trim() !== "");
  const records: string[] = [];
  const notifications: JsonObject[] = [];
  for (const line of lines) {
    if (isRecordLine(line)) records.push(line);
    else {
      const value = parseObject(line);
      if (!isNotification(value)) return undefined;
      notifications.push(value);
    }
  }
  return { notifications, records };
}

/** Whether a parsed line has the form of a notification. */
function isNotification(value: JsonObject): boolean {
  return typeof value["EventType"] === "string";
}

/** @returns the items of an array, or the one object, as a line each; undefined if the file is neither */
function wholeValue(content: string): string[] | undefined {
  try {
    const value = parseJson(content);
    if (Array.isArray(value)) return value.map((item) => JSON.stringify(item));
    return isJsonObject(value) ? [JSON.stringify(value)] : undefined;
  } catch {
    return undefined;
  }
}
