import type { FoundFunction } from "../cloud/our-functions";

const HOURS_OF_BEIJING = 8;

/**
 * When the functions that receive VOD's events were created.
 * @returns milliseconds since 1970; of two functions the time of the older one
 * @throws if neither is deployed
 */
export function deployedSince(functions: readonly FoundFunction[], now: number): number {
  const times = functions
    .filter(({ entryPoint }) => entryPoint !== "retry")
    .map(({ remote }) => parseAddTime(remote.description.AddTime ?? "", now))
    .filter((time) => !Number.isNaN(time));
  if (times.length === 0)
    throw new Error("Neither callback nor reliable is deployed. Deploy one: bash installer.sh");
  return Math.min(...times);
}

/**
 * `2024-12-17 17:47:08`, in a time zone that no document names. Read as UTC it is never before the creation of the
 * function. If that is in the future, it must be Beijing's time.
 */
function parseAddTime(text: string, now: number): number {
  const time = Date.parse(`${text.replace(" ", "T")}Z`);
  return time > now ? time - HOURS_OF_BEIJING * 3_600_000 : time;
}
