/**
 * What became of an event.
 * - `done`: its work is done (a task that failed at VOD is done once its failure is logged); `body` is the
 *   JSON that a caller may see.
 * - `retry`: a transient error; the same event may succeed later.
 * - `park`: it can never succeed as things are; it is kept in the log in full.
 */
export type Outcome =
  | { readonly kind: "done"; readonly body?: string }
  | { readonly kind: "retry" | "park"; readonly error: string };

export const DONE: Outcome = { kind: "done" };
