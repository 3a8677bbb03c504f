import { digest } from "../crypto";
import type { JsonObject } from "../json";

/** Far more events than VOD can redeliver at a time. */
const MAX_EVENTS = 5000;

/** Counts the deliveries of each event, as far as this instance received them. */
export interface ReceiveCounts {
  /** Notes a delivery. @returns which one it is, from 1 */
  count(event: JsonObject): number;
  /** Takes back the count of a delivery. */
  discount(event: JsonObject): void;
  /** Forgets an event that is not expected back. */
  forget(event: JsonObject): void;
  /** How many events are expected back. */
  size(): number;
}

/**
 * Identifies an event by its content: pass it without its handle, which is new at each delivery
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
    discount(event) {
      const identity = identify(event);
      counts.set(identity, (counts.get(identity) ?? 1) - 1);
    },
    forget(event) {
      counts.delete(identify(event));
    },
    size: () => counts.size,
  };
}

function identify(event: JsonObject): string {
  return digest("sha256", writeEvent(event)).toString("base64url").slice(0, 16);
}

/** An event as JSON; "" if it is nested too deep to be written. Such events count as one. */
function writeEvent(event: JsonObject): string {
  try {
    return JSON.stringify(event);
  } catch {
    return "";
  }
}
