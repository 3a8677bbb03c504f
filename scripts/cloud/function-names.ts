/** The functions that there are: each folder of `functions` is one. */
export type EntryPoint = "callback" | "reliable" | "retry";

/** How VOD delivers its events: to an address (normal callback), or in a queue (reliable callback). */
export type Mode = "normal" | "reliable";

/** Which function in SCF. */
export interface FunctionName {
  readonly namespace: string;
  readonly name: string;
}

/** The order in which functions are removed: a function goes before the one that it calls. */
export const REMOVAL_ORDER: readonly EntryPoint[] = ["callback", "reliable", "retry"];

/** What each mode deploys, in that order. */
export const DEPLOYED: Readonly<Record<Mode, readonly EntryPoint[]>> = {
  // What callback hands over must find retry there.
  normal: ["retry", "callback"],
  // What reliable can't finish stays in VOD's queue.
  reliable: ["reliable"],
};

/** Which entry point a function is, by its marker; early versions wrote another value for callback. */
export function entryPointOf(marker: string | undefined): EntryPoint {
  return marker === "reliable" || marker === "retry" ? marker : "callback";
}
