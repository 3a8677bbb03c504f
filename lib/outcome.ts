import type { Work } from "./tencent-cloud/session-id";

/** A step of processing an event: the built-in handler, then each sink. */
export type Step = "handler" | "database" | "custom" | "publisher";

/**
 * The outcome of an event.
 * - `done`: all its steps are done (a task that failed at VOD is done when its failure is logged); `body` is the
 *   JSON for the caller.
 * - `retry`: a transient error; the same event may succeed later.
 * - `park`: a permanent error; the event is recorded in full in the log.
 */
export type Outcome =
  | { readonly kind: "done"; readonly body?: string }
  | ({
      readonly kind: "retry" | "park";
      readonly error: string;
      /** The database could not be used, which says nothing about the event. */
      readonly isUnavailable?: boolean;
    } & Remainder);

/** The work that is left for an event. */
export interface Remainder {
  /** The steps that are not done; absent if none is. */
  readonly pending?: readonly Step[];
  /** The work that the configuration had for the event when it arrived. */
  readonly work?: Work;
}

export const DONE: Outcome = { kind: "done" };
