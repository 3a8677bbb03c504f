/** The functions: one for each folder of `functions`. */
export type EntryPoint = "callback" | "reliable" | "retry";

/** How VOD delivers its events: to an address (normal callback), or in a queue (reliable callback). */
export type Mode = "normal" | "reliable";

/** The name of a function in SCF. */
export interface FunctionName {
  readonly namespace: string;
  readonly name: string;
}

/** The order in which functions are removed: a function goes before the one that it calls. */
export const REMOVAL_ORDER: readonly EntryPoint[] = ["callback", "reliable", "retry"];

/** What each mode deploys, in that order. */
export const DEPLOYED: Readonly<Record<Mode, readonly EntryPoint[]>> = {
  // retry must exist before callback can hand over to it.
  normal: ["retry", "callback"],
  // Events that reliable can't finish stay in VOD's queue; retry is there for the command line.
  reliable: ["retry", "reliable"],
};

/** The entry point that a function's marker names; early versions wrote another value for callback. */
export function entryPointOf(marker: string | undefined): EntryPoint {
  return marker === "reliable" || marker === "retry" ? marker : "callback";
}
