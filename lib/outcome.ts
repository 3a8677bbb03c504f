import type { Work } from "./tencent-cloud/session-id";

/** What is done with an event: the built-in handler, then what it is delivered to. */
export type Step = "handler" | "custom";

/**
 * What became of an event.
 * - `done`: all its steps are done (a task that failed at VOD is done once its failure is logged); `body` is the
 *   JSON that a caller may see.
 * - `retry`: a transient error; the same event may succeed later.
 * - `park`: it can never succeed as things are; it is recorded in full in the log.
 */
export type Outcome =
  | { readonly kind: "done"; readonly body?: string }
  | ({ readonly kind: "retry" | "park"; readonly error: string } & Remainder);

/** What is left to do of an event. */
export interface Remainder {
  /** The steps that are not done; absent if none is. */
  readonly pending?: readonly Step[];
  /** What was to be started, as the configuration had it when the event came. */
  readonly work?: Work;
}

export const DONE: Outcome = { kind: "done" };
