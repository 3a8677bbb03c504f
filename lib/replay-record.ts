import { deflateRawSync } from "node:zlib";
import type { JsonObject } from "./json";
import type { Log } from "./log";

/** What one line of a record carries, so that the line stays below the log service's 8 KB. */
const PART_CHARACTERS = 6 * 1024;
/** What a request's log has room for beside the lines of the handlers. */
const MAX_PARTS = 100;

/**
 * Keeps a notification in the log in full, without `Sign` and `T`: lines
 * `{"replay":{"id":…,"part":1,"of":n,"data":…}}`, whose data together are the JSON, deflated, in base64.
 * A notification's own text can't make such a line: what is logged of it never begins one.
 * @param id tells the parts of one record from those of another
 */
export function logReplayRecord(notification: JsonObject, id: string, log: Log): void {
  const { Sign: _sign, T: _expiry, ...event } = notification;
  const json = stringify(event);
  if (json === undefined) {
    log.line("The notification is nested too deep to be kept in the log.");
    return;
  }
  const data = deflateRawSync(json).toString("base64");
  const of = Math.ceil(data.length / PART_CHARACTERS);
  if (of > MAX_PARTS) {
    log.line(`The notification is too large to be kept in the log (${data.length} bytes, compressed).`);
    return;
  }
  for (let part = 1; part <= of; part++) {
    const piece = data.slice((part - 1) * PART_CHARACTERS, part * PART_CHARACTERS);
    log.line(JSON.stringify({ replay: { id, part, of, data: piece } }));
  }
}

/** What can be read can't always be written: each level takes more of the stack. */
function stringify(event: JsonObject): string | undefined {
  try {
    return JSON.stringify(event);
  } catch {
    return undefined;
  }
}
