import type { VodEvent } from "../event/event";
import type { Log } from "../log/log";

/** Takes the events that no other handler takes: `known` tells whether VOD's types, as we know them, have it. */
export function fallback({ known, eventType }: VodEvent, log: Log): void {
  log.own.line(
    known ? `Received ${eventType}.` : `Received an event of unknown type: ${log.clean(eventType)}`,
  );
}
