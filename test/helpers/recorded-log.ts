import { inflateRawSync } from "node:zlib";
import { isJsonObject, type JsonObject } from "../../lib/json";
import { createLog, type Log } from "../../lib/log/log";

export function recordedLog(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  return { log: createLog((line) => lines.push(line)), lines };
}

/** The lines that are JSON objects, parsed. */
export function jsonLines(lines: readonly string[]): JsonObject[] {
  return lines.flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return isJsonObject(value) ? [value] : [];
    } catch {
      return [];
    }
  });
}

/** The JSON object of a log's last line. */
export function lastRecord(lines: readonly string[]): JsonObject {
  const value: unknown = JSON.parse(lines.at(-1) ?? "");
  if (!isJsonObject(value)) throw new Error("the last line is no JSON object");
  return value;
}

/** What a log keeps for replay: the parts of every record there, put together. */
export function replayed(lines: readonly string[]): unknown[] {
  const records = new Map<unknown, { of: unknown; parts: string[] }>();
  for (const { replay } of jsonLines(lines)) {
    if (!isJsonObject(replay)) continue;
    const { id, part, of, data } = replay;
    if (typeof part !== "number" || typeof data !== "string") throw new Error("a part is malformed");
    const record = records.get(id) ?? { of, parts: [] };
    record.parts[part - 1] = data;
    records.set(id, record);
  }
  return [...records.values()].map(({ of, parts }) => {
    if (Object.keys(parts).length !== of) throw new Error("a part is missing");
    return JSON.parse(inflateRawSync(Buffer.from(parts.join(""), "base64")).toString("utf8"));
  });
}

export function bytesOf(line: string): number {
  return Buffer.byteLength(`${line}\n`, "utf8");
}
