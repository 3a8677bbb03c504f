import type { VodEvent } from "../event/event";
import type { EventReport } from "../report/event-report";
import type { Failure } from "../sinks/deliver";

/** The `workerData` of a Worker that runs the user's own handler. */
export const OWN_HANDLER = "own handler";

/** What the main thread sends. */
export type Order =
  | { readonly kind: "ping" }
  /** An API call's turn has come. */
  | { readonly kind: "turn"; readonly turn: number }
  | {
      readonly kind: "event";
      readonly id: number;
      readonly event: VodEvent;
      readonly report: EventReport;
      /** How much time the event has left. */
      readonly leftMs: number;
    };

/** What the Worker answers. */
export type Answer =
  | { readonly kind: "pong" }
  | { readonly kind: "turn"; readonly id: number; readonly turn: number }
  | { readonly kind: "line"; readonly id: number; readonly line: string }
  | { readonly kind: "end"; readonly id: number; readonly failure: Failure | undefined };
