import { digest } from "../crypto";
import type { JsonObject } from "../json";

/** Far more events than can be on their way back at a time. */
const MAX_EVENTS = 5000;

/** Counts how often each event was delivered, best effort: an instance knows only what came to it. */
export interface ReceiveCounts {
  /** Notes a delivery. @returns which one it is, from 1 */
  count(event: JsonObject): number;
  /** The event is not expected back. */
  forget(event: JsonObject): void;
}

/**
 * Knows an event by its content: give it without its handle, which is a new one at each delivery
 * (docs/tencent-protocols.md#event-handles).
 */
export function createReceiveCounts(): ReceiveCounts {
  const counts = new Map<string, number>();
  return {
    count(event) {
      const identity = identify(event);
      const count = (counts.get(identity) ?? 0) + 1;
      // To the end, so that the first is the one that has not been seen for the longest time.
      counts.delete(identity);
      counts.set(identity, count);
      const [oldest] = counts.keys();
      if (counts.size > MAX_EVENTS && oldest !== undefined) counts.delete(oldest);
      return count;
    },
    forget(event) {
      counts.delete(identify(event));
    },
  };
}

function identify(event: JsonObject): string {
  return digest("sha256", writeEvent(event)).toString("base64url").slice(0, 16);
}

/** An event as JSON; "" where it is nested too deep, which can be read but not written. Such events count as one. */
function writeEvent(event: JsonObject): string {
  try {
    return JSON.stringify(event);
  } catch {
    return "";
  }
}
